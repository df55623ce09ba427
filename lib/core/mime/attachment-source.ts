import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import * as mimeFuncs from 'nodemailer/lib/mime-funcs';
import { errnoOf, messageOf } from '../errors/error-facts.js';
import { MailMessageError } from '../errors/mail-message-error.js';
import type { MailAttachment } from '../message/mail-message.js';
import { streamInMemory } from './stream-in-memory.js';

/** Octets up to which a file is read when the mail is composed; larger ones are read while it is sent. */
const READ_AHEAD = 1024 * 1024;

/** Content that is read while the message is sent. */
export interface OpenableContent {
  readonly size?: number;
  open(): Readable;
  /** Whether it can be read only once and that has begun. @default never */
  spent?(): boolean;
}

/** An attachment that can be written into a message. */
export interface AttachmentSource {
  readonly filename: string;
  readonly contentType: string;
  readonly cid?: string;
  /** The content, or how to open it. */
  readonly content: Buffer | OpenableContent;
}

/**
 * Makes attachments ready to be written: small files are read, large ones are checked to be readable.
 *
 * @param options `inMemory`: read streams too, because several messages need them
 * @throws {@link MailMessageError} `EMAILATTACHMENT` when a file or stream cannot be read
 */
export async function openAttachments(
  attachments: readonly MailAttachment[],
  options: { inMemory: boolean },
): Promise<AttachmentSource[]> {
  const sources: AttachmentSource[] = [];
  for (const [index, attachment] of attachments.entries()) {
    const filename =
      attachment.filename ??
      (attachment.path === undefined ? `attachment-${index + 1}` : basename(attachment.path));
    const content = await openContent(`attachments[${index}]`, attachment, options.inMemory);
    sources.push({
      filename,
      contentType: contentTypeOf(attachment, filename),
      content,
      ...(attachment.cid !== undefined && { cid: attachment.cid }),
    });
  }
  return sources;
}

async function openContent(
  field: string,
  attachment: MailAttachment,
  inMemory: boolean,
): Promise<AttachmentSource['content']> {
  if (attachment.path !== undefined) return openFile(`${field}.path`, attachment.path);
  const { content } = attachment;
  if (typeof content === 'string') return Buffer.from(content);
  if (content instanceof Uint8Array) return Buffer.isBuffer(content) ? content : Buffer.from(content);
  if (!inMemory) return { open: () => unread(content), spent: () => content.readableDidRead };
  return streamInMemory(`${field}.content`, content);
}

/** A stream gives its content once; a second reader would get an empty attachment without an error. */
function unread(stream: Readable): Readable {
  if (stream.readableDidRead) throw new Error('The stream was read already');
  return stream;
}

async function openFile(field: string, path: string): Promise<AttachmentSource['content']> {
  const absolute = resolve(path);
  try {
    const handle = await open(absolute, 'r');
    try {
      const stats = await handle.stat();
      if (!stats.isFile())
        throw new MailMessageError('EMAILATTACHMENT', field, 'is not a regular file', { value: path });
      if (stats.size > READ_AHEAD) return { size: stats.size, open: () => createReadStream(absolute) };
      return await readFile(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof MailMessageError) throw error;
    const code = errnoOf(error) ?? messageOf(error);
    throw new MailMessageError('EMAILATTACHMENT', field, `cannot be read (${code})`, {
      value: path,
      cause: error,
    });
  }
}

function contentTypeOf(attachment: MailAttachment, filename: string): string {
  const type =
    attachment.contentType ??
    mimeFuncs.detectMimeType(filename.includes('.') ? filename.split('.').pop() : '');
  // RFC 2046 5.2.1 allows no base64 for message/*; unencoded, its lines could begin with a dot or be too long.
  if (/^(?:message|multipart)\//i.test(type)) return 'application/octet-stream';
  const charset = typeof attachment.content === 'string' && /^text\//i.test(type) && !/charset=/i.test(type);
  return charset ? `${type}; charset=utf-8` : type;
}
