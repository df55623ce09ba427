import type { Mailbox } from '../address/mailbox.js';
import type { MailboxRules } from '../address/parse-mailbox.js';
import { parseMailbox } from '../address/parse-mailbox.js';
import { MailMessageError } from '../errors/mail-message-error.js';
import { checkAttachments } from './check-attachments.js';
import type { MailMessage, MailPriority } from './mail-message.js';
import { readMailboxes } from './mailbox-list.js';
import { BASE_FIELDS, CONTENT_FIELDS } from './message-fields.js';
import { checkHeaderText, checkMessageId, readHeaders } from './message-headers.js';
import { readSecrets } from './message-secrets.js';
import type { MailContent, OutgoingMail, TemplateRequest } from './outgoing-mail.js';

const FIELDS: ReadonlySet<string> = new Set([...BASE_FIELDS, ...CONTENT_FIELDS]);
type AddressField = 'to' | 'cc' | 'bcc' | 'from' | 'sender' | 'replyTo';
const PRIORITIES: readonly MailPriority[] = ['high', 'normal', 'low'];

/**
 * Checks a message and takes it apart. Nothing is rendered, read or sent yet.
 *
 * @param message what the application handed over
 * @param fromAddress the setting that is used when the message has no `from`
 * @param options `fromRequired`: whether there must be an author; nothing leaves without one. @default true; `addresses`:
 *   what is accepted beyond a mailbox with a domain name. @default nothing; `replyTo`: where answers go when the message does
 *   not say it. @default to the author; `bounceAddress`: where reports of failures go. @default to the sender
 * @throws {@link MailMessageError} naming the first field that is wrong
 */
export function readMessage(
  message: MailMessage,
  fromAddress: string | undefined,
  options: {
    fromRequired?: boolean;
    addresses?: MailboxRules;
    replyTo?: string | undefined;
    bounceAddress?: string | undefined;
  } = {},
): OutgoingMail {
  const given: unknown = message;
  if (typeof given !== 'object' || given === null)
    throw new MailMessageError('EMAILMESSAGE', 'message', 'must be an object', { value: given });
  const fields = Object.entries(given) as [string, unknown][];
  const unknown = fields.find(([name, value]) => !FIELDS.has(name) && value !== undefined);
  if (unknown) throw new MailMessageError('EMAILMESSAGE', unknown[0], 'is not a field of a mail message');

  const mailboxes = (field: AddressField): Mailbox[] =>
    readMailboxes(field, message[field], options.addresses);
  const recipients = { to: mailboxes('to'), cc: mailboxes('cc'), bcc: mailboxes('bcc') };
  if (recipients.to.length + recipients.cc.length + recipients.bcc.length === 0) {
    throw new MailMessageError('EMAILNORECIPIENTS', 'to', 'names no recipient; set to, cc or bcc');
  }
  const from = readFrom(mailboxes('from'), fromAddress, options.fromRequired ?? true);
  const sender = readSender(mailboxes('sender'), from);
  return {
    from,
    ...(sender && { sender }),
    replyTo:
      message.replyTo === undefined && options.replyTo !== undefined
        ? [parseMailbox(options.replyTo)]
        : mailboxes('replyTo'),
    ...(options.bounceAddress !== undefined && { envelopeFrom: parseMailbox(options.bounceAddress).address }),
    recipients,
    content: readContent(message),
    attachments: checkAttachments(message.attachments),
    headers: readHeaders(message.headers),
    priority: readPriority(message.priority),
    ...(message.messageId !== undefined && { messageId: readOwnMessageId(message.messageId) }),
    ...(message.inReplyTo !== undefined && { inReplyTo: checkMessageId('inReplyTo', message.inReplyTo) }),
    references: readReferences(message.references),
    secrets: readSecrets(message.secrets),
  };
}

function readFrom(own: Mailbox[], fromAddress: string | undefined, required: boolean): Mailbox[] {
  if (own.length > 0) return own;
  if (fromAddress !== undefined) return [parseMailbox(fromAddress)];
  if (!required) return [];
  throw new MailMessageError(
    'EMAILADDRESS',
    'from',
    'is missing; set it on the message, or FromAddress in the mail settings',
  );
}

function readSender(own: readonly Mailbox[], from: readonly Mailbox[]): Mailbox | undefined {
  const [sender, second] = own;
  if (second) throw new MailMessageError('EMAILADDRESS', 'sender', 'must be one mailbox');
  // RFC 5322 3.6.2: several authors need one sender.
  return sender ?? (from.length > 1 ? from[0] : undefined);
}

function readContent(message: MailMessage): MailContent | TemplateRequest {
  if (message.template !== undefined) {
    for (const field of ['html', 'text', 'subject'] as const) {
      if (message[field] !== undefined) {
        throw new MailMessageError(
          'EMAILMESSAGE',
          field,
          'cannot be given together with a template, which brings its own',
        );
      }
    }
    return {
      template: message.template,
      context: message.context ?? {},
      ...(message.culture !== undefined && { culture: message.culture }),
    };
  }
  for (const field of ['context', 'culture'] as const) {
    if (message[field] !== undefined) throw new MailMessageError('EMAILMESSAGE', field, 'needs a template');
  }
  const subject = message.subject === undefined ? undefined : checkHeaderText('subject', message.subject);
  const html = readBody('html', message.html);
  const text = readBody('text', message.text);
  const attached = Array.isArray(message.attachments) && message.attachments.length > 0;
  if (isBlank(html) && isBlank(text) && !attached) {
    throw new MailMessageError(
      'EMAILEMPTY',
      'text',
      'is missing, and so is html; a mail needs html, text, an attachment or a template',
    );
  }
  return {
    ...(subject !== undefined && { subject }),
    ...(!isBlank(html) && { html }),
    ...(!isBlank(text) && { text }),
  };
}

function readBody(field: 'html' | 'text', value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  // An object such as { path } or { href } would make a mail composer read a file or a URL.
  if (typeof value !== 'string')
    throw new MailMessageError('EMAILMESSAGE', field, 'must be a string', { value });
  return value;
}

function isBlank(body: string | undefined): boolean {
  return body === undefined || body.trim() === '';
}

function readPriority(priority: unknown): MailPriority {
  if (priority === undefined) return 'normal';
  const known = PRIORITIES.find(name => name === priority);
  if (!known)
    throw new MailMessageError('EMAILMESSAGE', 'priority', 'must be "high", "normal" or "low"', {
      value: priority,
    });
  return known;
}

function readOwnMessageId(value: unknown): string {
  const checked = checkMessageId('messageId', value);
  if (!/^<[^@]+@[^@]+>$/.test(checked)) {
    throw new MailMessageError('EMAILHEADER', 'messageId', 'must have the form <unique@contoso.com>', {
      value,
    });
  }
  return checked;
}

function readReferences(value: unknown): string[] {
  if (value === undefined) return [];
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items
    .flatMap(item => checkHeaderText('references', item).trim().split(/\s+/))
    .map(item => checkMessageId('references', item));
}
