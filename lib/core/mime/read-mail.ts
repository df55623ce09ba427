import PostalMime, { decodeWords } from 'postal-mime';
import type { Address, Attachment } from 'postal-mime';
import type { Mailbox } from '../address/mailbox.js';
import { messageOf } from '../errors/error-facts.js';
import type { NotedPart } from './noted-alternatives.js';
import { noteAlternatives } from './noted-alternatives.js';
import { plainText } from './plain-text.js';
import type { ReadUnsubscribe } from './read-list-unsubscribe.js';
import { readListUnsubscribe } from './read-list-unsubscribe.js';

/** A file that came with a mail. */
export interface MailFile {
  /** Name as the mail gives it; it may be anything, and is no path. */
  readonly filename: string;
  /** MIME type as the mail gives it. */
  readonly contentType: string;
  /** Octets of the content. */
  readonly size: number;
  /** The content, decoded. */
  readonly content: Buffer;
  /** Content-ID without its angle brackets, as `cid:` in the HTML names it. */
  readonly contentId?: string;
  /** Whether it is a part of the HTML rather than a file beside it. */
  readonly inline: boolean;
}

/** A further form of what text and HTML say, such as an invitation for calendars (RFC 2046 5.1.4). */
export interface MailPart {
  /** MIME type as the mail gives it, without parameters. */
  readonly contentType: string;
  /** Parameters of the type, such as `method` of a calendar. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The content, decoded; a calendar as UTF-8 with LF. */
  readonly content: Buffer;
}

/** A finished mail as its recipients read it. */
export interface ReadMail {
  /** One line; empty when the mail has none. */
  readonly subject: string;
  /** Author. */
  readonly from?: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
  /** Message-ID with its angle brackets. */
  readonly messageId?: string;
  /** As the mail gives it, in any time zone. */
  readonly date?: Date;
  /** Every header field in the order of the mail, decoded. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly html?: string;
  readonly text?: string;
  readonly attachments: readonly MailFile[];
  /** Forms of the bodies beside text and HTML. */
  readonly alternatives: readonly MailPart[];
  /** How to get no more of these mails; undefined when the header does not say it. */
  readonly unsubscribe?: ReadUnsubscribe;
  /** Why it can be read in part only; undefined when it is sound. */
  readonly problem?: string;
}

/** How deep a mail may be nested; deeper ones are made to exhaust a parser. */
const DEEPEST = 50;
/** Lines shorter than those of base64, each of which costs the parser several microseconds, however short it is. */
const SHORT_LINE = 60;
const MOST_SHORT_LINES = 100_000;
const LF = 0x0a;

/**
 * Reads a finished mail (RFC 5322, RFC 2045). Never fails: a mail that is malformed, or made to keep a parser busy, shows
 * what can be read of it, and the problem.
 */
export async function readMail(raw: Uint8Array): Promise<ReadMail> {
  try {
    const shown = beginningOf(raw);
    const parser = parserOf({
      attachmentEncoding: 'arraybuffer',
      maxNestingDepth: DEEPEST,
      forceRfc822Attachments: true,
    });
    const noted = noteAlternatives(parser);
    const mail = await parser.parse(shown);
    const { from, date, messageId, html, text } = mail;
    const [author] = mailboxesOf(from && [from]);
    const sent = date === undefined ? undefined : new Date(date);
    const headers = mail.headers.map(({ originalKey, value }) => ({
      name: originalKey,
      value: decodeWords(value),
    }));
    const unsubscribe = readListUnsubscribe(headers);
    return {
      subject: mail.subject ?? '',
      to: mailboxesOf(mail.to),
      cc: mailboxesOf(mail.cc),
      replyTo: mailboxesOf(mail.replyTo),
      headers,
      attachments: mail.attachments.filter(one => !noted.has(one)).map(fileOf),
      alternatives: mail.attachments.flatMap(one => partOf(one, noted)),
      ...(unsubscribe && { unsubscribe }),
      ...(author && { from: author }),
      ...(messageId !== undefined && { messageId }),
      ...(sent && !Number.isNaN(sent.getTime()) && { date: sent }),
      ...(html !== undefined && { html }),
      ...(text !== undefined && { text }),
      ...(shown.length < raw.length && {
        problem: `This mail has more than ${MOST_SHORT_LINES.toLocaleString('en')} short lines; what stands behind them is not shown.`,
      }),
    };
  } catch (error) {
    return {
      subject: '',
      to: [],
      cc: [],
      replyTo: [],
      headers: [],
      attachments: [],
      alternatives: [],
      problem: `This mail cannot be read: ${messageOf(error)}`,
    };
  }
}

/** All of a mail, or what stands in front of its many thousandth short line. */
function beginningOf(raw: Uint8Array): Uint8Array {
  let short = 0;
  let start = 0;
  for (let end = raw.indexOf(LF); end >= 0; end = raw.indexOf(LF, start)) {
    if (end - start < SHORT_LINE && ++short > MOST_SHORT_LINES) return raw.subarray(0, start);
    start = end + 1;
  }
  return raw;
}

/**
 * A parser that takes the text of HTML parts from us: where a mail has HTML and text side by side, it makes text of the HTML
 * with patterns whose time grows with the square of what they read.
 */
function parserOf(options: ConstructorParameters<typeof PostalMime>[0]): PostalMime {
  const parser = new PostalMime(options);
  const join: unknown = Reflect.get(parser, 'renderTextContent');
  if (typeof join !== 'function') return parser;
  Reflect.set(parser, 'renderTextContent', () => {
    const bodies: unknown = Reflect.get(parser, 'textMap');
    if (bodies instanceof Map) for (const body of bodies.values()) addText(body);
    Reflect.apply(join, parser, []);
  });
  return parser;
}

/** Gives a body that has HTML parts alone the text of them. */
function addText(body: unknown): void {
  if (typeof body !== 'object' || body === null || 'plain' in body || !('html' in body)) return;
  const { html } = body;
  if (!Array.isArray(html)) return;
  const parts: unknown[] = html;
  Reflect.set(
    body,
    'plain',
    parts.map(part => ({ type: 'text', value: plainText(valueOf(part)) })),
  );
}

function valueOf(part: unknown): string {
  const known = typeof part === 'object' && part !== null && 'value' in part;
  return known && typeof part.value === 'string' ? part.value : '';
}

function mailboxesOf(addresses: readonly Address[] | undefined): Mailbox[] {
  return (addresses ?? []).flatMap(item => {
    if (item.group) return mailboxesOf(item.group);
    return [{ address: item.address ?? '', ...(item.name !== '' && { name: item.name }) }];
  });
}

function partOf(attachment: Attachment, noted: ReadonlyMap<unknown, NotedPart>): MailPart[] {
  const part = noted.get(attachment);
  return part ? [{ ...part, content: octetsOf(attachment) }] : [];
}

function octetsOf({ content }: Attachment): Buffer {
  return typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content));
}

function fileOf(attachment: Attachment, index: number): MailFile {
  const { contentId, disposition, related } = attachment;
  const bytes = octetsOf(attachment);
  const id = contentId?.replace(/^<|>$/g, '');
  return {
    filename: attachment.filename ?? `attachment-${index + 1}`,
    contentType: attachment.mimeType,
    size: bytes.length,
    content: bytes,
    ...(id !== undefined && { contentId: id }),
    inline: disposition === 'inline' || related === true,
  };
}
