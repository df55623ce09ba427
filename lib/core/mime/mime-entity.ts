import * as mimeFuncs from 'nodemailer/lib/mime-funcs';
import type { AttachmentSource } from './attachment-source.js';
import { base64Lines, encodeBase64Lines } from './base64-lines.js';
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

/** An attached or inline file, always base64. */
export function attachmentEntity({ filename, contentType, cid, content }: AttachmentSource): MimeEntity {
  const disposition = mimeFuncs.buildHeaderValue({
    value: cid === undefined ? 'attachment' : 'inline',
    params: { filename },
  });
  const typed = mimeFuncs.parseHeaderValue(contentType);
  const body: MimeSegment = Buffer.isBuffer(content)
    ? encodeBase64Lines(content)
    : {
        ...(content.size !== undefined && { size: base64Size(content.size) }),
        open: () => base64Lines(content.open()),
        spent: () => content.spent?.() ?? false,
      };
  return {
    headers: [
      formatHeader('Content-Type', mimeFuncs.buildHeaderValue(typed)),
      formatHeader('Content-Transfer-Encoding', 'base64'),
      formatHeader('Content-Disposition', disposition),
      ...(cid === undefined ? [] : [formatHeader('Content-ID', `<${cid}>`)]),
    ],
    body: [body],
  };
}

/** Several entities as one (RFC 2046 5.1). */
export function multipartEntity(
  kind: 'mixed' | 'related' | 'alternative',
  children: readonly MimeEntity[],
  boundary: string,
): MimeEntity {
  const body: MimeSegment[] = [];
  for (const child of children) {
    body.push(
      Buffer.from(`--${boundary}${NEWLINE}${child.headers.join(NEWLINE)}${NEWLINE}${NEWLINE}`),
      ...child.body,
      Buffer.from(NEWLINE),
    );
  }
  body.push(Buffer.from(`--${boundary}--${NEWLINE}`));
  const type = kind === 'related' ? 'multipart/related; type="text/html"' : `multipart/${kind}`;
  return { headers: [formatHeader('Content-Type', `${type}; boundary="${boundary}"`)], body };
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
