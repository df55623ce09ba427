import type { MailAlternative } from '../message/mail-message.js';
import type { AttachmentSource, OpenableContent } from './attachment-source.js';
import { READ_AHEAD } from './attachment-source.js';
import { base64Lines, base64LinesSize, encodeBase64Lines } from './base64-lines.js';
import { formatParameters, parseParameters } from './header-parameters.js';
import { formatHeader } from './header-text.js';
import type { MimeSegment } from './mime-segment.js';
import { encodedSegment } from './mime-segment.js';
import { encodeQuotedPrintable } from './quoted-printable.js';
import { isUtf8, textCharset } from './text-charset.js';

/** A MIME entity (RFC 2045): its Content-* headers and its encoded body. */
export interface MimeEntity {
  readonly headers: readonly string[];
  readonly body: readonly MimeSegment[];
  /** Octets of the body in front of the first file in it. @default all of them */
  readonly readable?: number;
  /** Bodies, each with its headers, that stand behind the first file. @default none */
  readonly behindFiles?: readonly Buffer[];
}

const NEWLINE = '\r\n';
const NONE = Buffer.alloc(0);

/** A text body: quoted-printable, or base64 where most of it would be escaped. */
export function textEntity(type: 'plain' | 'html', text: string): MimeEntity {
  return utf8Entity(`text/${type}; charset=utf-8`, text);
}

function utf8Entity(contentType: string, text: string): MimeEntity {
  const octets = Buffer.from(withNewlines(text));
  // Text of ASCII is as many octets as characters, and has next to nothing to escape.
  const base64 = octets.length > text.length * 1.1 && escapedShare(octets) > 0.35;
  return bodyEntity(contentType, base64 ? 'base64' : 'quoted-printable', octets);
}

function bodyEntity(
  contentType: string,
  encoding: 'base64' | 'quoted-printable',
  octets: Buffer,
): MimeEntity {
  return {
    headers: [formatHeader('Content-Type', contentType), formatHeader('Content-Transfer-Encoding', encoding)],
    body: [encoding === 'base64' ? encodeBase64Lines(octets) : encodeQuotedPrintable(octets)],
  };
}

/**
 * A further form of what the bodies say, which counts as one of them. A string is written in the character set of its type, and
 * a text has lines that end with CRLF; octets stay as they are.
 *
 * @throws {@link CharsetError} when the string cannot be written in that character set
 */
export function alternativeEntity({ contentType, content }: MailAlternative): MimeEntity {
  const type = parseParameters(contentType);
  const isText = /^text\//i.test(type.value);
  if (typeof content !== 'string') return bodyEntity(formatParameters(type), 'base64', Buffer.from(content));
  const { charset = 'utf-8' } = type.params;
  const params = isText ? { ...type.params, charset } : type.params;
  const written = formatParameters({ value: type.value, params });
  if (isText && isUtf8(charset)) return utf8Entity(written, content);
  const { start, encode } = textCharset(charset);
  const text = isText ? withNewlines(content) : content;
  return bodyEntity(
    written,
    'base64',
    Buffer.concat([text.startsWith('\ufeff') ? NONE : start, encode(text)]),
  );
}

/** An attached or inline file: base64, and a message as it is (RFC 2046 5.2.1). */
export function attachmentEntity({
  filename,
  contentType,
  cid,
  content,
  message,
}: AttachmentSource): MimeEntity {
  const value = cid === undefined ? 'attachment' : 'inline';
  const asItIs = message === true && Buffer.isBuffer(content);
  return {
    headers: [
      formatHeader('Content-Type', contentType),
      formatHeader('Content-Transfer-Encoding', asItIs ? '7bit' : 'base64'),
      formatHeader('Content-Disposition', formatParameters({ value, params: { filename } })),
      ...(cid === undefined ? [] : [formatHeader('Content-ID', `<${cid}>`)]),
    ],
    body: [asItIs ? content : base64Body(content)],
    readable: 0,
  };
}

function base64Body(content: AttachmentSource['content']): MimeSegment {
  if (!Buffer.isBuffer(content)) return encodedLater(content);
  if (content.length <= READ_AHEAD) return encodedSegment(encodeBase64Lines(content));
  return encodedLater({
    size: content.length,
    async *open() {
      yield content;
    },
  });
}

/** Encoded a piece at a time, in the same memory, while the message is sent. */
function encodedLater(content: OpenableContent): MimeSegment {
  return {
    ...(content.size !== undefined && { size: base64LinesSize(content.size) }),
    open: options => base64Lines(content.open(options), options),
    spent: () => content.spent?.() ?? false,
  };
}

/** Several entities as one (RFC 2046 5.1). */
export function multipartEntity(
  kind: 'mixed' | 'related' | 'alternative',
  children: readonly MimeEntity[],
  boundary: string,
): MimeEntity {
  const body: MimeSegment[] = [];
  const behindFiles: Buffer[] = [];
  let readable = 0;
  let holdsFile = false;
  for (const child of children) {
    const opening = Buffer.from(`--${boundary}${NEWLINE}${child.headers.join(NEWLINE)}${NEWLINE}${NEWLINE}`);
    body.push(opening, ...child.body, Buffer.from(NEWLINE));
    if (!holdsFile) readable += opening.length + readableOctets(child) + NEWLINE.length;
    else if (child.readable === undefined) behindFiles.push(withHeaders(child));
    behindFiles.push(...(child.behindFiles ?? []));
    holdsFile ||= child.readable !== undefined;
  }
  body.push(Buffer.from(`--${boundary}--${NEWLINE}`));
  const type = kind === 'related' ? 'multipart/related; type="text/html"' : `multipart/${kind}`;
  return {
    headers: [formatHeader('Content-Type', `${type}; boundary="${boundary}"`)],
    body,
    ...(holdsFile && { readable }),
    ...(behindFiles.length > 0 && { behindFiles }),
  };
}

/** An entity that holds no files, in one piece. */
function withHeaders({ headers, body }: MimeEntity): Buffer {
  const head = Buffer.from(`${headers.join(NEWLINE)}${NEWLINE}${NEWLINE}`);
  return Buffer.concat([head, ...body.filter(segment => Buffer.isBuffer(segment))]);
}

/** How many octets of the body of an entity stand in front of the first file in it. */
export function readableOctets({ body, readable }: MimeEntity): number {
  // Only attachments are encoded when their turn comes.
  return readable ?? body.reduce((sum, segment) => sum + (Buffer.isBuffer(segment) ? segment.length : 0), 0);
}

/** Every line end as CRLF. */
function withNewlines(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n|\r|\n/g, NEWLINE) : text.replaceAll('\n', NEWLINE);
}

function escapedShare(octets: Buffer): number {
  let escaped = 0;
  for (const octet of octets) if (octet > 0x7e) escaped++;
  return octets.length === 0 ? 0 : escaped / octets.length;
}
