import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { isUint8Array } from 'node:util/types';
import { firstInvisible, withoutInvisible } from '../address/invisible.js';
import { MailMessageError } from '../errors/mail-message-error.js';
import type { MailAttachment } from './mail-message.js';
import { MESSAGE_LIMITS } from './message-limits.js';
import { guarded } from './plain-values.js';

/** The fields of an attachment. */
export const ATTACHMENT_FIELDS = ['filename', 'content', 'path', 'contentType', 'cid'] as const;
/** Words for what is no attachment at all. */
export const NO_ATTACHMENT = 'must be { filename, content } or { filename, path }';
const FIELDS: ReadonlySet<string> = new Set(ATTACHMENT_FIELDS);
/** A MIME type with its parameters (RFC 2045 5.1). */
export const CONTENT_TYPE = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+(?:;[\x20-\x3a\x3c-\x7e]*)*$/i;
const LONGEST_TEXT = 255;
/** Types of which a reader would make something else than a file (RFC 2046 5.1, 5.2.2, 5.2.3). */
const NOT_ATTACHED = /^(?:multipart\/[^;\s]*|message\/(?:partial|external-body))/i;

/**
 * Checks the description of each attachment. Files are not touched yet.
 *
 * @throws {@link MailMessageError} `EMAILATTACHMENT`
 */
export function checkAttachments(value: unknown): MailAttachment[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value))
    throw new MailMessageError('EMAILATTACHMENT', 'attachments', 'must be an array', { value });
  const attachments = value.map((item: unknown, index) => checkAttachment(`attachments[${index}]`, item));
  checkIdentifiers(attachments);
  return attachments;
}

/**
 * Checks that no two attachments have the same Content-ID: the HTML would show one of them only (RFC 2392).
 *
 * @throws {@link MailMessageError} `EMAILATTACHMENT`
 */
export function checkIdentifiers(attachments: readonly MailAttachment[]): void {
  const seen = new Map<string, number>();
  for (const [index, { cid }] of attachments.entries()) {
    if (cid === undefined) continue;
    const first = seen.get(cid);
    if (first !== undefined) {
      throw new MailMessageError(
        'EMAILATTACHMENT',
        `attachments[${index}].cid`,
        `is that of attachments[${first}] too; give each its own`,
        { value: cid },
      );
    }
    seen.set(cid, index);
  }
}

function checkAttachment(field: string, value: unknown): MailAttachment {
  if (!isAttachmentShape(value)) {
    throw new MailMessageError('EMAILATTACHMENT', field, NO_ATTACHMENT, { value });
  }
  const unknown = Object.keys(value).find(name => !FIELDS.has(name));
  if (unknown !== undefined)
    throw new MailMessageError('EMAILATTACHMENT', `${field}.${unknown}`, 'is not a field of an attachment');
  const { content, path } = value;
  if ((content === undefined) === (path === undefined)) {
    throw new MailMessageError('EMAILATTACHMENT', field, 'needs either content or path');
  }
  if (value.filename !== undefined) checkFileName(`${field}.filename`, value.filename);
  checkText(
    `${field}.contentType`,
    value.contentType,
    CONTENT_TYPE,
    'must be a MIME type such as application/pdf',
  );
  const [refused] = NOT_ATTACHED.exec(value.contentType ?? '') ?? [];
  if (refused !== undefined) {
    throw new MailMessageError(
      'EMAILATTACHMENT',
      `${field}.contentType`,
      `is ${refused}, which no file has; attach what is in it one by one, or say application/octet-stream`,
    );
  }
  checkText(
    `${field}.cid`,
    value.cid,
    /^(?!cid:)[!-;=?-~]{1,200}$/i,
    'must be an identifier without spaces and angle brackets, and without the "cid:" that stands in front of it in the HTML',
  );
  if (typeof path === 'string') {
    checkPath(`${field}.path`, path);
    return { ...value, ...shownName(value.filename, path), path, content: undefined };
  }
  if (path !== undefined)
    throw new MailMessageError('EMAILATTACHMENT', `${field}.path`, 'must be the path of a file', {
      value: path,
    });
  return { ...value, content: checkContent(`${field}.content`, content), path: undefined };
}

interface AttachmentShape {
  filename?: string;
  contentType?: string;
  cid?: string;
  content?: unknown;
  path?: unknown;
}

function isAttachmentShape(value: unknown): value is AttachmentShape {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

/** A name for the recipient, where that of the file itself holds what a file name must not show. */
function shownName(filename: string | undefined, path: string): { filename?: string } {
  if (filename !== undefined || firstInvisible(path, 'file name') === undefined) return {};
  return { filename: withoutInvisible(basename(path), 'file name') };
}

function checkFileName(field: string, value: unknown): void {
  const problem = (message: string, details = {}): MailMessageError =>
    new MailMessageError('EMAILATTACHMENT', field, message, details);
  if (typeof value !== 'string' || value === '') throw problem('must be a file name', { value });
  const { fileName: most } = MESSAGE_LIMITS;
  if (value.length > most) throw problem(`has a file name of more than ${most} characters`, { value });
  const found = firstInvisible(value, 'file name');
  if (found !== undefined)
    throw problem(
      `holds ${found}, a control character or one that nobody sees, which a file name cannot have`,
      { value },
    );
}

function checkText(field: string, value: unknown, pattern: RegExp, message: string): void {
  if (value === undefined) return;
  if (typeof value !== 'string' || value.length > LONGEST_TEXT || !pattern.test(value)) {
    throw new MailMessageError('EMAILATTACHMENT', field, message, { value });
  }
}

function checkPath(field: string, path: string): void {
  if (path === '' || path.includes('\0'))
    throw new MailMessageError('EMAILATTACHMENT', field, 'must be the path of a file', { value: path });
  if (/^(?:[a-z][a-z0-9+.-]+:\/\/|data:)/i.test(path)) {
    throw new MailMessageError(
      'EMAILATTACHMENT',
      field,
      'is a URL; only files are attached, fetch it yourself and pass its content',
    );
  }
}

function checkContent(field: string, content: unknown): Buffer | string | Readable {
  return guarded({ field, code: 'EMAILATTACHMENT' }, () => readableContent(field, content));
}

function readableContent(field: string, content: unknown): Buffer | string | Readable {
  if (typeof content === 'string') return content;
  // Not instanceof, which a proxy passes whose octets nobody can read.
  if (isUint8Array(content))
    return Buffer.isBuffer(content)
      ? content
      : Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (!(content instanceof Readable)) {
    throw new MailMessageError('EMAILATTACHMENT', field, 'must be a Buffer, a string or a Readable stream', {
      value: content,
    });
  }
  if (content.destroyed || content.readableEnded || content.readableDidRead) {
    throw new MailMessageError('EMAILATTACHMENT', field, 'is a stream that was read or destroyed already');
  }
  return content;
}
