import { domainToASCII } from 'node:url';
import emailAddresses from 'email-addresses';
import PostalMime, { decodeWords as decodeWordsOf } from 'postal-mime';
import type { Attachment } from 'postal-mime';
import type { Mailbox } from '../../../lib/core/address/mailbox.js';
import { decodeWords } from './encoded-words.js';
import type { GeneratedAttachment, GeneratedMail, GeneratedMailbox } from './mail-arbitraries.js';

/** What a reader finds in a mail, or what was put in. */
export interface MailView {
  readonly from: readonly Mailbox[];
  readonly sender: readonly Mailbox[];
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
  readonly subject: string;
  readonly messageId: string;
  readonly inReplyTo: string;
  readonly references: readonly string[];
  readonly date: string;
  /** X-Priority, X-MSMail-Priority and Importance. */
  readonly priority: readonly string[];
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly attachments: readonly AttachmentView[];
}

/** What a reader finds about one attachment. */
export interface AttachmentView {
  readonly filename: string;
  readonly type: string;
  readonly disposition: string;
  readonly cid: string | undefined;
  readonly content: Buffer;
}

const PRIORITIES = {
  high: ['1 (Highest)', 'High', 'High'],
  normal: ['', '', ''],
  low: ['5 (Lowest)', 'Low', 'Low'],
};

/**
 * What readers that share no code with nodemailer find: postal-mime for structure, bodies and attachments, the grammar
 * of RFC 5322 for addresses, and the decoder of these tests for encoded words.
 *
 * @param put what stands in it: postal-mime adds a line end to a body in a multipart
 */
export async function viewOf(octets: Buffer, put: MailView): Promise<MailView> {
  const read = await PostalMime.parse(octets);
  const valueOf = (name: string): string => read.headers.find(header => header.key === name)?.value ?? '';
  const mailboxes = (name: string): Mailbox[] => readMailboxes(valueOf(name));
  // A second opinion on the one header that both can decode; it drops byte order marks.
  const subject = decodeWords(valueOf('subject'));
  if (withoutMarks(read.subject ?? '') !== withoutMarks(subject))
    throw new Error(`Two readers find two subjects: ${JSON.stringify([read.subject, subject])}`);
  return {
    from: mailboxes('from'),
    sender: mailboxes('sender'),
    to: mailboxes('to'),
    cc: mailboxes('cc'),
    replyTo: mailboxes('reply-to'),
    subject,
    messageId: valueOf('message-id'),
    inReplyTo: valueOf('in-reply-to'),
    references: valueOf('references').split(/\s+/).filter(Boolean),
    date: new Date(valueOf('date')).toISOString(),
    priority: ['x-priority', 'x-msmail-priority', 'importance'].map(valueOf),
    text: bodyOf(read.text, put.text),
    html: bodyOf(read.html, put.html),
    attachments: read.attachments.map(attachmentOf),
  };
}

/** The same view of what was put in. */
export function putInto(mail: GeneratedMail): MailView {
  const mailboxes = (list: readonly GeneratedMailbox[]): Mailbox[] => list.map(item => item.mailbox);
  const sender = mail.sender ?? (mail.from.length > 1 ? mail.from[0] : undefined);
  return {
    from: mailboxes(mail.from),
    sender: mailboxes(sender ? [sender] : []),
    to: mailboxes(mail.to),
    cc: mailboxes(mail.cc),
    replyTo: mailboxes(mail.replyTo),
    subject: wellFormed(mail.subject ?? ''),
    messageId: `<${mail.messageId}>`,
    inReplyTo: mail.inReplyTo === undefined ? '' : `<${mail.inReplyTo}>`,
    references: mail.references.map(id => `<${id}>`),
    // A Date header holds no milliseconds.
    date: new Date(Math.floor(mail.date.getTime() / 1000) * 1000).toISOString(),
    priority: PRIORITIES[mail.priority ?? 'normal'],
    text: putBody(mail.text),
    html: putBody(mail.html),
    attachments: [...mail.attachments.entries()]
      .toSorted(([, one], [, other]) => inlineRank(mail, one) - inlineRank(mail, other))
      .map(([index, attachment]) => putAttachment(attachment, index)),
  };
}

/** Inline files stand with the HTML, before the attached ones. */
function inlineRank(mail: GeneratedMail, { cid }: GeneratedAttachment): number {
  return cid !== undefined && putBody(mail.html) !== undefined ? 0 : 1;
}

/** The headers of the message itself that this mail asks for, in order, and nothing else. */
export function headersAskedFor(mail: GeneratedMail): [name: string, value: string | undefined][] {
  const given = Object.entries(mail.headers).flatMap(([name, value]) =>
    [value].flat().map((item): [string, string] => [name, ownHeader(item)]),
  );
  const own = new Set(given.map(([name]) => name.toLowerCase()));
  const ownWithValue = given.filter(([, value]) => value !== '');
  const has = (condition: unknown, ...names: string[]): [string, undefined][] =>
    condition ? names.map(name => [name, undefined]) : [];
  const automatic = (name: string): [string, undefined][] =>
    has(mail.automatic && !own.has(name.toLowerCase()), name);
  return [
    ...has(true, 'From'),
    ...has(mail.sender ?? mail.from.length > 1, 'Sender'),
    ...has(true, 'To'),
    ...has(mail.cc.length, 'Cc'),
    ...has(mail.replyTo.length, 'Reply-To'),
    ...has(mail.subject, 'Subject'),
    ...has(true, 'Message-ID'),
    ...has(mail.inReplyTo, 'In-Reply-To'),
    ...has(mail.references.length, 'References'),
    ...has(true, 'Date', 'MIME-Version'),
    ...has(mail.original?.to.length, 'X-Original-To'),
    ...has(mail.original?.cc.length, 'X-Original-Cc'),
    ...has((mail.priority ?? 'normal') !== 'normal', 'X-Priority', 'X-MSMail-Priority', 'Importance'),
    ...automatic('Auto-Submitted'),
    ...automatic('X-Auto-Response-Suppress'),
    ...ownWithValue,
    ...has(true, 'Content-Type'),
  ];
}

/** Blanks between the tokens of a header that needs no encoding mean nothing. */
function ownHeader(value: string): string {
  const plain = /^[\t -~]*$/.test(value) && !value.includes('=?');
  return plain ? value.trim().replace(/[\t ]+/g, ' ') : wellFormed(value);
}

function readMailboxes(value: string): Mailbox[] {
  if (value === '') return [];
  const list = emailAddresses.parseAddressList({ input: value, rfc6532: true });
  if (!list) throw new Error(`No address list of RFC 5322: ${value}`);
  return list.map(entry => {
    if (entry.type !== 'mailbox') throw new Error(`A group: ${value}`);
    const name = entry.parts.name?.tokens.trim() ?? '';
    const at = entry.address.lastIndexOf('@');
    // Either form of a domain is the same domain.
    const address = `${entry.address.slice(0, at)}@${domainToASCII(entry.address.slice(at + 1))}`;
    return name === '' ? { address } : { name: phraseOf(name), address };
  });
}

function phraseOf(phrase: string): string {
  return phrase.startsWith('"') ? phrase.slice(1, -1).replace(/\\(.)/gu, '$1') : decodeWords(phrase);
}

function attachmentOf({ filename, mimeType, disposition, contentId, content }: Attachment): AttachmentView {
  if (typeof content === 'string') throw new Error('Contents were asked for as octets.');
  return {
    filename: withoutMarks(filename ?? ''),
    type: mimeType,
    disposition: disposition ?? '',
    cid: contentId?.slice(1, -1),
    content: Buffer.from(content instanceof ArrayBuffer ? new Uint8Array(content) : content),
  };
}

function putAttachment(
  { filename, contentType, cid, content }: GeneratedAttachment,
  index: number,
): AttachmentView {
  const name = wellFormed(filename ?? `attachment-${index + 1}`);
  return {
    // The reader takes what looks like an encoded word for one, also where RFC 2231 knows none.
    filename: withoutMarks(decodeWordsOf(name)),
    type: contentType === undefined ? '' : typeOf(contentType),
    disposition: cid === undefined ? 'attachment' : 'inline',
    cid,
    content,
  };
}

function typeOf(contentType: string): string {
  return (contentType.split(';')[0] ?? '').toLowerCase();
}

function putBody(body: string | undefined): string | undefined {
  if (body === undefined || body.trim() === '') return undefined;
  return withoutMark(wellFormed(body).replace(/\r\n|\r|\n/g, '\n'));
}

/** A body as it was put in, if no more than line ends of the transport differ. */
function bodyOf(read: string | undefined, put: string | undefined): string | undefined {
  const body = read?.replaceAll('\r\n', '\n');
  return put !== undefined && body === `${put}\n` ? put : body;
}

/** Halves of characters are no text and become U+FFFD. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

function withoutMark(text: string): string {
  return text.replace(/^\ufeff/, '');
}

function withoutMarks(text: string): string {
  return text.replaceAll('\ufeff', '');
}
