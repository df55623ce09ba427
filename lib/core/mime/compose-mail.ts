import { isAscii as isAsciiBytes } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { domainOf } from '../address/mailbox.js';
import { MailMessageError } from '../errors/mail-message-error.js';
import type { MailAlternative, MailPriority } from '../message/mail-message.js';
import type { MailContent, OutgoingMail } from '../message/outgoing-mail.js';
import type { Recipients } from '../message/recipients.js';
import { listRecipients } from '../message/recipients.js';
import type { AttachmentSource } from './attachment-source.js';
import type { ComposedMail } from './composed-mail.js';
import {
  encodeText,
  formatHeader,
  formatMailboxes,
  formatMailboxesInAscii,
  formatOwnHeader,
} from './header-text.js';
import type { MimeEntity } from './mime-entity.js';
import {
  alternativeEntity,
  attachmentEntity,
  multipartEntity,
  readableOctets,
  textEntity,
} from './mime-entity.js';
import { MimeMail } from './mime-mail.js';
import { CharsetError } from './text-charset.js';

type MailboxFormat = typeof formatMailboxes;

const NEWLINE = '\r\n';
/** Every kind of [MS-OXCMAIL] but NDR: "All" would ask Exchange to keep the reports of failed deliveries back as well. */
const SUPPRESSED_RESPONSES = 'DR, RN, NRN, OOF, AutoReply';
/** The form of a tag (RFC 5646 2.1), as a header can have it (RFC 3282). */
const LANGUAGE_TAG = /^[a-z]{1,8}(?:-[a-z\d]{1,8})*$/i;
const PRIORITY_HEADERS: Readonly<Record<MailPriority, readonly (readonly [string, string])[]>> = {
  high: [
    ['X-Priority', '1 (Highest)'],
    ['X-MSMail-Priority', 'High'],
    ['Importance', 'High'],
  ],
  normal: [],
  low: [
    ['X-Priority', '5 (Lowest)'],
    ['X-MSMail-Priority', 'Low'],
    ['Importance', 'Low'],
  ],
};

/** Everything one message is put together from. */
export interface CompositionParts {
  readonly mail: OutgoingMail;
  readonly content: MailContent;
  readonly recipients: Recipients;
  /** Original recipients, when a catch-all address replaces them. */
  readonly original?: Pick<Recipients, 'to' | 'cc'>;
  readonly attachments: readonly AttachmentSource[];
  readonly messageId: string;
  /** Whether a machine wrote the mail (RFC 3834). */
  readonly automatic: boolean;
  /** Languages of the content in order, as BCP 47 tags; what is no tag is left out. @default they are not known */
  readonly languages?: readonly string[];
  /** Texts in it that no error or log may show. @default none */
  readonly secrets?: readonly string[];
  /** Name of the template that the content came from. @default none */
  readonly template?: string;
  /** Cultures that the template was rendered in. @default none was rendered */
  readonly culture?: string;
  /** @default now */
  readonly date?: Date;
  /** Random text that makes the MIME boundaries unique. */
  readonly boundary?: string;
}

/**
 * The address that bounces go to: the one that is set for them, else the sender's, else the first author's; empty where they
 * are to go nowhere.
 */
export function envelopeSender(mail: Pick<OutgoingMail, 'from' | 'sender' | 'envelopeFrom'>): string {
  return mail.envelopeFrom ?? senderOf(mail);
}

function senderOf(mail: Pick<OutgoingMail, 'from' | 'sender'>): string {
  return (mail.sender ?? mail.from[0])?.address ?? '';
}

/** A new Message-ID in the domain of the sender, else of the first author. */
export function newMessageId(mail: Pick<OutgoingMail, 'from' | 'sender'>): string {
  // Strings that are put together lazily hold all their pieces: `join` makes one of them, which takes less memory while mails wait.
  return ['<', randomUUID(), '@', domainOf(senderOf(mail)) || 'localhost', '>'].join('');
}

/**
 * Puts a message together: envelope, headers and MIME bytes.
 *
 * @throws {@link MailMessageError} `EMAILMESSAGE` for an alternative with a character that its charset has not
 */
export function composeMail(parts: CompositionParts): ComposedMail {
  const { mail, recipients } = parts;
  const entity = bodyOf(parts);
  const headWith = (format: MailboxFormat): Buffer =>
    Buffer.from([...headersOf(parts, format), ...entity.headers, '', ''].join(NEWLINE));
  const head = headWith(formatMailboxes);
  const to = listRecipients(recipients).map(item => item.mailbox.address);
  // A text that does not end its last line would leave the message without a final line end.
  const last = entity.body.at(-1);
  const open = Buffer.isBuffer(last) && !last.subarray(-2).equals(Buffer.from(NEWLINE));
  const segments = [head, ...entity.body, ...(open ? [Buffer.from(NEWLINE)] : [])];
  const blind = recipients.bcc.map(mailbox => mailbox.address);
  const from = envelopeSender(mail);
  const named = senderOf(mail);
  return new MimeMail({
    envelope: { from, to, ...(mail.dsn && { dsn: mail.dsn }) },
    messageId: parts.messageId,
    bcc: blind,
    segments,
    secrets: parts.secrets ?? [],
    readable: head.length + readableOctets(entity),
    behindFiles: entity.behindFiles ?? [],
    ...(named !== from && { headerSender: named }),
    ...(parts.template !== undefined && { template: parts.template }),
    ...(parts.culture !== undefined && { culture: parts.culture }),
    ...(!isAsciiBytes(head) && {
      asciiHead: { bytes: headWith(formatMailboxesInAscii), replaces: head.length },
    }),
  });
}

function headersOf(
  {
    mail,
    content,
    recipients,
    original,
    messageId,
    automatic,
    languages = [],
    date = new Date(),
  }: CompositionParts,
  format: MailboxFormat,
): string[] {
  const own = new Set(mail.headers.map(([name]) => name.toLowerCase()));
  const lines = [formatHeader('From', format(mail.from))];
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') lines.push(formatHeader(name, value));
  };
  add('Sender', mail.sender && format([mail.sender]));
  add('To', format(recipients.to));
  add('Cc', format(recipients.cc));
  add('Reply-To', format(mail.replyTo));
  add('Subject', content.subject && encodeText(content.subject));
  add('Message-ID', messageId);
  add('In-Reply-To', mail.inReplyTo);
  add('References', mail.references.join(' '));
  add('Date', date.toUTCString().replace('GMT', '+0000'));
  add('MIME-Version', '1.0');
  // Notes for people, not addresses for servers: they need no SMTPUTF8.
  add('X-Original-To', original && formatMailboxesInAscii(original.to));
  add('X-Original-Cc', original && formatMailboxesInAscii(original.cc));
  for (const [name, value] of PRIORITY_HEADERS[mail.priority]) add(name, value);
  if ((automatic || mail.automatic) && !own.has('auto-submitted')) add('Auto-Submitted', 'auto-generated');
  if (automatic && !own.has('x-auto-response-suppress'))
    add('X-Auto-Response-Suppress', SUPPRESSED_RESPONSES);
  add('Content-Language', languageTags(languages).join(', '));
  for (const [name, value] of mail.headers) add(name, formatOwnHeader(value, format));
  return lines;
}

/** A renderer of the application's own may say anything. */
function languageTags(languages: readonly string[]): string[] {
  return [...new Set(languages)].filter(
    language => typeof language === 'string' && LANGUAGE_TAG.test(language),
  );
}

function bodyOf({
  mail: { alternatives },
  content,
  attachments,
  boundary = randomUUID().replaceAll('-', '').slice(0, 24),
}: CompositionParts): MimeEntity {
  let count = 0;
  // "=_" cannot occur in quoted-printable nor in base64 text (RFC 2045 6.7), so a boundary never stands in a body.
  const nextBoundary = (): string => `=_${boundary}-${++count}`;
  const inline =
    content.html === undefined ? [] : attachments.filter(attachment => attachment.cid !== undefined);
  const attached = attachments.filter(attachment => !inline.includes(attachment));
  const readable: MimeEntity[] = [];
  if (content.text !== undefined) readable.push(textEntity('plain', content.text));
  if (content.html !== undefined) {
    const html = textEntity('html', content.html);
    readable.push(
      inline.length === 0
        ? html
        : multipartEntity('related', [html, ...inline.map(attachmentEntity)], nextBoundary()),
    );
  }
  for (const [index, alternative] of alternatives.entries()) readable.push(alternativeOf(alternative, index));
  const main = readable.length > 1 ? multipartEntity('alternative', readable, nextBoundary()) : readable[0];
  const parts = [...(main ? [main] : []), ...attached.map(attachmentEntity)];
  const [only] = parts;
  return parts.length === 1 && only && main ? only : multipartEntity('mixed', parts, nextBoundary());
}

function alternativeOf(alternative: MailAlternative, index: number): MimeEntity {
  try {
    return alternativeEntity(alternative);
  } catch (error) {
    if (!(error instanceof CharsetError)) throw error;
    const field = `alternatives[${index}].content`;
    throw new MailMessageError('EMAILMESSAGE', field, error.message, { cause: error });
  }
}
