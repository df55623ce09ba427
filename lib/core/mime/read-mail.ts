import PostalMime, { decodeWords } from 'postal-mime';
import type { Address, Attachment } from 'postal-mime';
import type { Mailbox } from '../address/mailbox.js';
import { messageOf } from '../errors/error-facts.js';

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
  /** Why it can be read in part only; undefined when it is sound. */
  readonly problem?: string;
}

/** How deep a mail may be nested; deeper ones are made to exhaust a parser. */
const DEEPEST = 50;

/**
 * Reads a finished mail (RFC 5322, RFC 2045). Never fails: a mail that is malformed shows what can be read of it, and the
 * problem.
 */
export async function readMail(raw: Uint8Array): Promise<ReadMail> {
  try {
    const mail = await PostalMime.parse(raw, {
      attachmentEncoding: 'arraybuffer',
      maxNestingDepth: DEEPEST,
      forceRfc822Attachments: true,
    });
    const { from, date, messageId, html, text } = mail;
    const [author] = mailboxesOf(from && [from]);
    const sent = date === undefined ? undefined : new Date(date);
    return {
      subject: mail.subject ?? '',
      to: mailboxesOf(mail.to),
      cc: mailboxesOf(mail.cc),
      replyTo: mailboxesOf(mail.replyTo),
      headers: mail.headers.map(({ originalKey, value }) => ({
        name: originalKey,
        value: decodeWords(value),
      })),
      attachments: mail.attachments.map(fileOf),
      ...(author && { from: author }),
      ...(messageId !== undefined && { messageId }),
      ...(sent && !Number.isNaN(sent.getTime()) && { date: sent }),
      ...(html !== undefined && { html }),
      ...(text !== undefined && { text }),
    };
  } catch (error) {
    return {
      subject: '',
      to: [],
      cc: [],
      replyTo: [],
      headers: [],
      attachments: [],
      problem: `This mail cannot be read: ${messageOf(error)}`,
    };
  }
}

function mailboxesOf(addresses: readonly Address[] | undefined): Mailbox[] {
  return (addresses ?? []).flatMap(item => {
    if (item.group) return mailboxesOf(item.group);
    return [{ address: item.address ?? '', ...(item.name !== '' && { name: item.name }) }];
  });
}

function fileOf(attachment: Attachment, index: number): MailFile {
  const { content, contentId, disposition, related } = attachment;
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content));
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
