import type { Mailbox } from '../address/mailbox.js';
import type { MailboxRules } from '../address/parse-mailbox.js';
import { parseMailbox } from '../address/parse-mailbox.js';
import { MailMessageError } from '../errors/mail-message-error.js';
import { checkAlternatives } from './check-alternatives.js';
import { checkAttachments } from './check-attachments.js';
import { checkSubject } from './check-subject.js';
import type { MailMessage, MailPriority } from './mail-message.js';
import { readMailboxes } from './mailbox-list.js';
import { BASE_FIELDS, CONTENT_FIELDS } from './message-fields.js';
import { checkHeaderText, checkMessageId, readHeaders } from './message-headers.js';
import { MESSAGE_LIMITS } from './message-limits.js';
import { readSecrets } from './message-secrets.js';
import type { MailContent, OutgoingMail, TemplateRequest } from './outgoing-mail.js';
import { isTemplateRequest } from './outgoing-mail.js';
import { plainMessage } from './plain-message.js';
import { grouped } from './plain-values.js';
import { readDsn } from './read-dsn.js';
import { readTimeZone } from './read-time-zone.js';
import { unsubscribeHeaders } from './read-unsubscribe.js';
import { RECIPIENT_FIELDS } from './recipients.js';

const FIELDS: ReadonlySet<string> = new Set([...BASE_FIELDS, ...CONTENT_FIELDS]);
type AddressField = 'to' | 'cc' | 'bcc' | 'from' | 'sender' | 'replyTo';
const PRIORITIES: readonly MailPriority[] = ['high', 'normal', 'low'];

/** What a message is read with. */
export interface ReadMessageOptions {
  /** Whether there must be an author; nothing leaves without one. @default true */
  readonly fromRequired?: boolean;
  /** What is accepted beyond a mailbox with a domain name. @default nothing */
  readonly addresses?: MailboxRules;
  /** Where answers go when the message does not say it. @default to the author */
  readonly replyTo?: string | undefined;
  /** Where reports of failures go. @default to the sender */
  readonly bounceAddress?: string | undefined;
}

/**
 * Checks what an application handed over and takes it apart. Nothing is rendered, read or sent yet.
 *
 * @param fromAddress the setting that is used when the message has no `from`
 * @throws {@link MailMessageError} naming the first field that is wrong
 */
export function readMessage(
  given: MailMessage,
  fromAddress: string | undefined,
  options: ReadMessageOptions = {},
): OutgoingMail {
  const { message, failure } = plainMessage(given);
  if (failure !== undefined) throw failure;
  return readPlainMessage(message, fromAddress, options);
}

/**
 * The same of a message that is plain data already, as {@link plainMessage} makes it.
 *
 * @param fromAddress the setting that is used when the message has no `from`
 * @throws {@link MailMessageError} naming the first field that is wrong
 */
export function readPlainMessage(
  message: MailMessage,
  fromAddress: string | undefined,
  options: ReadMessageOptions = {},
): OutgoingMail {
  const unknown = Object.keys(message).find(name => !FIELDS.has(name));
  if (unknown !== undefined)
    throw new MailMessageError('EMAILMESSAGE', shortened(unknown), 'is not a field of a mail message');
  checkCount(message);

  const mailboxes = (field: AddressField): Mailbox[] =>
    readMailboxes(field, message[field], options.addresses);
  const recipients = { to: mailboxes('to'), cc: mailboxes('cc'), bcc: mailboxes('bcc') };
  if (recipients.to.length + recipients.cc.length + recipients.bcc.length === 0) {
    throw new MailMessageError('EMAILNORECIPIENTS', 'to', 'names no recipient; set to, cc or bcc');
  }
  const from = readFrom(mailboxes('from'), fromAddress, options.fromRequired ?? true);
  const sender = readSender(mailboxes('sender'), from);
  const envelopeFrom = readEnvelopeFrom(message.envelopeFrom, options);
  const dsn = readDsn(message.dsn);
  const headers = readHeaders(message.headers);
  const mail = {
    from,
    ...(sender && { sender }),
    replyTo:
      message.replyTo === undefined && options.replyTo !== undefined
        ? [parseMailbox(options.replyTo)]
        : mailboxes('replyTo'),
    ...(envelopeFrom !== undefined && { envelopeFrom }),
    ...(dsn && { dsn }),
    recipients,
    content: readContent(message),
    attachments: checkAttachments(message.attachments),
    alternatives: checkAlternatives(message.alternatives),
    automatic: readAutomatic(message),
    headers: [...headers, ...unsubscribeHeaders(message.unsubscribe, headers, options.addresses ?? {})],
    priority: readPriority(message.priority),
    ...(message.messageId !== undefined && { messageId: readOwnMessageId(message.messageId) }),
    ...(message.inReplyTo !== undefined && { inReplyTo: checkMessageId('inReplyTo', message.inReplyTo) }),
    references: readReferences(message.references),
    secrets: readSecrets(message.secrets),
  };
  // Last: of a message that is wrong elsewhere too, that is told.
  if (!isTemplateRequest(mail.content) && mail.content.subject === undefined)
    throw new MailMessageError('EMAILMESSAGE', 'subject', "is missing; a mail without one says subject: ''");
  return mail;
}

/** Before any mailbox is looked at. */
function checkCount(message: MailMessage): void {
  const { recipients: most } = MESSAGE_LIMITS;
  let count = 0;
  for (const field of RECIPIENT_FIELDS) {
    const value: unknown = message[field];
    count += Array.isArray(value) ? value.length : 0;
  }
  if (count <= most) return;
  throw new MailMessageError(
    'EMAILRECIPIENTLIMIT',
    'to',
    `${grouped(count)} recipients over To, Cc and Bcc are more than the ${grouped(most)} that one message may have`,
  );
}

/** The name of a field as an error can hold it. */
function shortened(name: string): string {
  return name.length > 100 ? `${name.slice(0, 100)}…` : name;
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

/** The address alone: nobody sees the name of somebody who gets reports. */
function readEnvelopeFrom(
  value: unknown,
  { addresses, bounceAddress }: ReadMessageOptions,
): string | undefined {
  if (value === undefined)
    return bounceAddress === undefined ? undefined : parseMailbox(bounceAddress).address;
  if (value === null) return '';
  if (typeof value === 'string' && /^\s*<?\s*>?\s*$/.test(value))
    throw new MailMessageError(
      'EMAILADDRESS',
      'envelopeFrom',
      'holds no address; for a mail of which no failure is reported (<>) say null',
      { value },
    );
  const [mailbox, ...others] = readMailboxes('envelopeFrom', value, addresses);
  if (mailbox && others.length === 0 && !Array.isArray(value)) return mailbox.address;
  throw new MailMessageError('EMAILADDRESS', 'envelopeFrom', 'must be one mailbox');
}

function readAutomatic({ automatic, template }: MailMessage): boolean {
  const value: unknown = automatic ?? undefined;
  if (value !== undefined && typeof value !== 'boolean')
    throw new MailMessageError('EMAILMESSAGE', 'automatic', 'must be true or false', { value });
  if (value === false && template !== undefined)
    throw new MailMessageError(
      'EMAILMESSAGE',
      'automatic',
      'is false, but a mail made by a template is automatic; leave the field out',
    );
  return value ?? false;
}

function readContent(message: MailMessage): MailContent | TemplateRequest {
  const timeZone = readTimeZone(message.timeZone);
  if (message.template !== undefined) {
    const template: unknown = message.template;
    if (typeof template !== 'string')
      throw new MailMessageError('EMAILMESSAGE', 'template', 'must be the name of a template', {
        value: template,
      });
    for (const field of ['html', 'text'] as const) {
      if (message[field] !== undefined && (field !== 'text' || message.text !== false)) {
        throw new MailMessageError(
          'EMAILMESSAGE',
          field,
          'cannot be given together with a template, which brings its own',
        );
      }
    }
    return {
      template: message.template,
      context: readContext(message.context),
      ...(isGiven(message.culture) && { culture: message.culture }),
      ...(timeZone !== undefined && { timeZone }),
      ...(message.subject !== undefined && { subject: checkSubject(message.subject) }),
      ...(message.text === false && { noText: true }),
    };
  }
  for (const field of ['context', 'culture', 'timeZone'] as const) {
    if (isGiven(message[field])) throw new MailMessageError('EMAILMESSAGE', field, 'needs a template');
  }
  const html = readBody('html', message.html);
  const noText = message.text === false;
  const text = noText ? undefined : readBody('text', message.text);
  const others = [message.attachments, message.alternatives];
  const attached = others.some(parts => Array.isArray(parts) && parts.length > 0);
  if (isBlank(html) && isBlank(text) && !attached) {
    throw new MailMessageError(
      'EMAILEMPTY',
      'text',
      'is missing, and so is html; a mail needs html, text, an attachment or a template',
    );
  }
  return {
    ...(message.subject !== undefined && { subject: checkSubject(message.subject) }),
    ...(!isBlank(html) && { html }),
    ...(!isBlank(text) && { text }),
    ...(noText && { noText }),
  };
}

/** Whether a value says anything; null is what JSON has for nothing. */
function isGiven<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}

function readContext(context: unknown): object {
  if (!isGiven(context)) return {};
  if (typeof context === 'object' && context !== null) return context;
  // Without the value: a text may hold what the variables should have held.
  throw new MailMessageError('EMAILMESSAGE', 'context', 'must be an object that holds the variables');
}

function readBody(field: 'html' | 'text', value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  // An object such as { path } or { href } would make a mail composer read a file or a URL.
  if (typeof value !== 'string')
    throw new MailMessageError(
      'EMAILMESSAGE',
      field,
      field === 'text' ? 'must be a string, or false for no text part' : 'must be a string',
      { value },
    );
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
