import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { Readable } from 'node:stream';
import * as mimeFuncs from 'nodemailer/lib/mime-funcs';
import { yielding } from '../concurrency/yielding.js';
import { errnoOf, messageOf } from '../errors/error-facts.js';
import { MailMessageError } from '../errors/mail-message-error.js';
import { plainCause } from '../errors/plain-cause.js';
import type { MailAttachment } from '../message/mail-message.js';
import { fileOctets } from './file-octets.js';
import type { ParameterisedValue } from './header-parameters.js';
import { formatParameters, parseParameters } from './header-parameters.js';
import { messageOctets, MessageOctetsError } from './message-octets.js';
import { givesText, streamOctets } from './stream-octets.js';
import { CharsetError, isUtf8, textCharset } from './text-charset.js';

/** Octets up to which an attachment is read and encoded when the mail is composed; larger ones are while it is sent. */
export const READ_AHEAD = 256 * 1024;

/** Octets up to which a file is read at once where somebody may read the mail when the application has removed the file. */
const HELD = 1024 * 1024;

/** Octets of a stream that are held in memory at most. */
const LONGEST_IN_MEMORY = 128 * 1024 * 1024;
const TEXT_TYPE =
  /^(?:text|message)\/|[/+](?:json|xml|yaml|javascript|ecmascript|sql|x-ndjson|x-sh|rtf|ics)$/i;

/** Content that is read while the message is sent. */
export interface OpenableContent {
  readonly size?: number;
  /**
   * @param options `reuse`: the reader is done with a piece before it asks for the next, so that both may be in the same memory
   */
  open(options?: { readonly reuse?: boolean }): AsyncIterable<Uint8Array>;
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
  /** Whether the content is a message that is written as it is (RFC 2046 5.2.1). @default false: as base64 */
  readonly message?: boolean;
}

/**
 * Makes attachments ready to be written: small files are read, large ones are checked to be readable.
 *
 * @param options `inMemory`: read streams too, and files up to 1 MiB, because several messages need them, or somebody when the
 *   send has ended
 * @throws {@link MailMessageError} `EMAILATTACHMENT` when a file or stream cannot be read, or a content is not what its type
 *   says: a text beyond its charset, a message that must be encoded
 */
export async function openAttachments(
  attachments: readonly MailAttachment[],
  options: { inMemory: boolean },
): Promise<AttachmentSource[]> {
  const sources: AttachmentSource[] = [];
  for (const [index, attachment] of attachments.entries()) {
    const filename = fileNameOf(attachment, index);
    const type = typeOf(attachment, filename);
    const content = await openContent(`attachments[${index}]`, attachment, type, options.inMemory);
    sources.push({
      filename,
      contentType: formatParameters(type),
      content,
      ...(isMessage(type) && { message: true }),
      ...(attachment.cid !== undefined && { cid: attachment.cid }),
    });
  }
  return sources;
}

/**
 * The same attachments with what their streams give in memory, so that it can be looked at before the mail is made.
 *
 * @throws {@link MailMessageError} `EMAILATTACHMENT` when a stream cannot be read, or its content is not what its type says
 */
export async function withoutStreams(attachments: readonly MailAttachment[]): Promise<MailAttachment[]> {
  const held: MailAttachment[] = [];
  for (const [index, attachment] of attachments.entries()) {
    if (!(attachment.content instanceof Readable)) held.push(attachment);
    else {
      const where = `attachments[${index}].content`;
      const type = typeOf(attachment, fileNameOf(attachment, index));
      const content = await inOnePiece(where, await openStream(where, attachment.content, type, true));
      held.push({ ...attachment, path: undefined, content, contentType: formatParameters(type) });
    }
  }
  return held;
}

/** SHA-256 of a file that can be attached; undefined for one that cannot be read. */
export async function fileDigest(path: string, signal: AbortSignal): Promise<Buffer | undefined> {
  const absolute = resolve(path);
  try {
    const stats = await stat(absolute);
    if (!stats.isFile()) return undefined;
    const hash = createHash('sha256');
    // Not more than it has now: a log may grow as fast as it is read.
    if (stats.size > 0)
      for await (const piece of createReadStream(absolute, { end: stats.size - 1, signal }))
        hash.update(piece);
    return hash.digest();
  } catch {
    return undefined;
  }
}

async function openContent(
  field: string,
  attachment: MailAttachment,
  type: ParameterisedValue,
  inMemory: boolean,
): Promise<AttachmentSource['content']> {
  if (attachment.path !== undefined) {
    const file = await openFile(`${field}.path`, attachment.path, inMemory ? HELD : READ_AHEAD);
    return isMessage(type) ? asMessage(`${field}.path`, await inOnePiece(`${field}.path`, file)) : file;
  }
  const { content } = attachment;
  const where = `${field}.content`;
  const octets =
    typeof content === 'string'
      ? encodedText(where, content, type)
      : content instanceof Uint8Array
        ? octetsOf(content, isMessage(type))
        : await openStream(where, content, type, inMemory);
  return isMessage(type) && Buffer.isBuffer(octets) ? asMessage(where, octets) : octets;
}

/** The octets of an array; copied where they are encoded only when the application is free to write into it again. */
function octetsOf(content: Uint8Array, asTheyAre: boolean): Buffer {
  const octets = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (asTheyAre || octets.length <= READ_AHEAD) return octets;
  const copy = Buffer.allocUnsafeSlow(octets.length);
  octets.copy(copy);
  return copy;
}

function encodedText(where: string, text: string, { params }: ParameterisedValue): Buffer {
  return inWords(where, () => {
    const charset = textCharset(params.charset ?? 'utf-8');
    const octets = charset.encode(text);
    return charset.start.length === 0 || text.startsWith('\ufeff')
      ? octets
      : Buffer.concat([charset.start, octets]);
  });
}

async function openStream(
  where: string,
  stream: Readable,
  type: ParameterisedValue,
  inMemory: boolean,
): Promise<AttachmentSource['content']> {
  if (givesText(stream) && !isText(type)) {
    throw new MailMessageError(
      'EMAILATTACHMENT',
      where,
      `is a stream of texts (setEncoding), in which octets of ${type.value} are lost; leave out setEncoding, or say a contentType of text`,
    );
  }
  const label = type.params.charset ?? 'utf-8';
  const texts = stream.readableObjectMode || givesText(stream);
  const charset = inWords(where, () => textCharset(texts ? label : 'utf-8'));
  const content = {
    open: () => streamOctets(unread(stream), charset),
    spent: () => stream.readableDidRead,
  };
  // What does not fit into the charset must be known before anything leaves, and a message is looked at as a whole.
  const whole = inMemory || isMessage(type) || (texts && !isUtf8(label));
  return whole ? inOnePiece(where, content) : content;
}

async function inOnePiece(where: string, content: AttachmentSource['content']): Promise<Buffer> {
  if (Buffer.isBuffer(content)) return content;
  const pieces: Uint8Array[] = [];
  let octets = 0;
  try {
    for await (const piece of yielding<Uint8Array>(content.open())) {
      pieces.push(piece);
      octets += piece.length;
      if (octets > LONGEST_IN_MEMORY)
        throw new MailMessageError(
          'EMAILATTACHMENT',
          where,
          `is a stream of more than ${LONGEST_IN_MEMORY / 1024 / 1024} MiB, which cannot be held in memory; give the path of a file`,
        );
    }
  } catch (error) {
    if (error instanceof MailMessageError) throw error;
    if (error instanceof CharsetError) throw asMessageError(where, error);
    throw new MailMessageError('EMAILATTACHMENT', where, 'is a stream that failed', {
      cause: plainCause(error),
    });
  }
  return Buffer.concat(pieces);
}

function asMessage(where: string, octets: Buffer): Buffer {
  return inWords(where, () => messageOctets(octets));
}

function inWords<Result>(where: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw error instanceof CharsetError || error instanceof MessageOctetsError
      ? asMessageError(where, error)
      : error;
  }
}

function asMessageError(where: string, error: Error): MailMessageError {
  return new MailMessageError('EMAILATTACHMENT', where, error.message, { cause: error });
}

/** A stream gives its content once; a second reader would get an empty attachment without an error. */
function unread(stream: Readable): Readable {
  if (stream.readableDidRead) throw new Error('The stream was read already');
  return stream;
}

async function openFile(
  field: string,
  path: string,
  readAhead: number,
): Promise<AttachmentSource['content']> {
  const absolute = resolve(path);
  try {
    const handle = await open(absolute, 'r');
    try {
      const stats = await handle.stat();
      if (!stats.isFile())
        throw new MailMessageError('EMAILATTACHMENT', field, 'is not a regular file', { value: path });
      if (stats.size > readAhead) return { size: stats.size, open: options => fileOctets(absolute, options) };
      return await readFile(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof MailMessageError) throw error;
    const code = errnoOf(error) ?? messageOf(error);
    throw new MailMessageError('EMAILATTACHMENT', field, `cannot be read (${code})`, {
      value: path,
      cause: plainCause(error),
    });
  }
}

function fileNameOf({ filename, path }: MailAttachment, index: number): string {
  return filename ?? (path === undefined ? `attachment-${index + 1}` : basename(path));
}

/** The type that the attachment says, else the one that its name speaks for; texts of ours say that they are UTF-8. */
function typeOf(attachment: MailAttachment, filename: string): ParameterisedValue {
  const type = parseParameters(attachment.contentType ?? guessedType(filename));
  const { content } = attachment;
  const ours = typeof content === 'string' || (content instanceof Readable && givesText(content));
  if (!ours || type.params.charset !== undefined || !/^text\//i.test(type.value)) return type;
  return { value: type.value, params: { ...type.params, charset: 'utf-8' } };
}

function guessedType(filename: string): string {
  const type = mimeFuncs.detectMimeType(filename.includes('.') ? filename.split('.').pop() : '');
  // Messages cannot be encoded (RFC 2046 5.2.1); who wants one to be shown as one says so.
  return /^(?:message|multipart)\//i.test(type) ? 'application/octet-stream' : type;
}

function isMessage({ value }: ParameterisedValue): boolean {
  return /^message\//i.test(value);
}

/** Whether a type is one of texts, so that characters rather than octets matter. */
function isText({ value, params }: ParameterisedValue): boolean {
  return params.charset !== undefined || TEXT_TYPE.test(value);
}
