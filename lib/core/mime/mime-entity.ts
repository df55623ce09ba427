import type { AttachmentSource } from './attachment-source.js';
import { base64Lines, encodeBase64Lines } from './base64-lines.js';
import { formatParameters } from './header-parameters.js';
import { formatHeader } from './header-text.js';
import { encodeQuotedPrintable } from './quoted-printable.js';

/** A piece of a message: bytes, or encoded bytes that are read when their turn comes. */
export type MimeSegment =
  | Buffer
  | {
      readonly size?: number;
      open(): AsyncIterable<Buffer>;
      /** Whether it can be read only once and that has begun. */
      spent(): boolean;
    };

/** A MIME entity (RFC 2045): its Content-* headers and its encoded body. */
export interface MimeEntity {
  readonly headers: readonly string[];
  readonly body: readonly MimeSegment[];
  /** Octets of the body in front of the first file in it. @default all of them */
  readonly readable?: number;
}

const NEWLINE = '\r\n';
const OCTETS_PER_LINE = 57;

/** A text body: quoted-printable, or base64 where most of it would be escaped. */
export function textEntity(type: 'plain' | 'html', text: string): MimeEntity {
  const octets = Buffer.from(withNewlines(text));
  // Text of ASCII is as many octets as characters, and has next to nothing to escape.
  const base64 = octets.length > text.length * 1.1 && escapedShare(octets) > 0.35;
  return {
    headers: [
      formatHeader('Content-Type', `text/${type}; charset=utf-8`),
      formatHeader('Content-Transfer-Encoding', base64 ? 'base64' : 'quoted-printable'),
    ],
    body: [base64 ? encodeBase64Lines(octets) : encodeQuotedPrintable(octets)],
  };
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
  if (Buffer.isBuffer(content)) return encodeBase64Lines(content);
  return {
    ...(content.size !== undefined && { size: base64Size(content.size) }),
    open: () => base64Lines(content.open()),
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
  let readable = 0;
  let holdsFile = false;
  for (const child of children) {
    const opening = Buffer.from(`--${boundary}${NEWLINE}${child.headers.join(NEWLINE)}${NEWLINE}${NEWLINE}`);
    body.push(opening, ...child.body, Buffer.from(NEWLINE));
    if (!holdsFile) readable += opening.length + readableOctets(child) + NEWLINE.length;
    holdsFile ||= child.readable !== undefined;
  }
  body.push(Buffer.from(`--${boundary}--${NEWLINE}`));
  const type = kind === 'related' ? 'multipart/related; type="text/html"' : `multipart/${kind}`;
  return {
    headers: [formatHeader('Content-Type', `${type}; boundary="${boundary}"`)],
    body,
    ...(holdsFile && { readable }),
  };
}

/** How many octets of the body of an entity stand in front of the first file in it. */
export function readableOctets({ body, readable }: MimeEntity): number {
  // Only files are read when their turn comes.
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

function base64Size(octets: number): number {
  const characters = Math.ceil(octets / 3) * 4;
  return characters + Math.ceil(octets / OCTETS_PER_LINE) * NEWLINE.length;
}
