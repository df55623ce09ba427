import { UnreadableMailError } from './unreadable-mail-error.js';

/** One header field, as offsets into the bytes. */
export interface HeaderField {
  /** In lower case. */
  readonly name: string;
  /** Where the field begins, and where the next line after its last one begins. */
  readonly start: number;
  readonly end: number;
}

/** The header section of a mail (RFC 5322 2.2). */
export interface MailHeader {
  readonly fields: readonly HeaderField[];
  /** Where the fields begin: behind a byte-order mark, where there is one. */
  readonly start: number;
  /** Where the fields end: at the empty line, or at the end of the file. */
  readonly end: number;
}

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const TAB = 0x09;
const LONGEST_NAME = 200;
const FIELD_NAME = /^([!-9;-~]+)[ \t]*:/;

/**
 * Reads the header section. A line ends with CRLF, LF or CR, as it will on the way: a field that hides behind a bare CR
 * would otherwise become one on the wire without having been seen here.
 *
 * @param bytes the beginning of the file
 * @param complete whether that is the whole file
 * @returns undefined when the section does not end within the bytes
 * @throws {@link UnreadableMailError} when this is no mail
 */
export function readMailHeader(bytes: Buffer, complete: boolean): MailHeader | undefined {
  const start = headerStart(bytes);
  const fields: { name: string; start: number; end: number }[] = [];
  let position = start;
  for (let line = 1; position < bytes.length; line++) {
    const { end, next } = lineAt(bytes, position);
    // A CR at the very end may be half of a CRLF.
    const cutOff = next === undefined || (next === bytes.length && bytes[next - 1] === CR);
    if (cutOff && !complete) return undefined;
    const following = next ?? bytes.length;
    if (end === position) {
      if (fields.length === 0) throw new UnreadableMailError('It is no mail: it begins with an empty line.');
      return { fields, start, end: position };
    }
    const last = fields.at(-1);
    if (isBlank(bytes[position]) && last) last.end = following;
    else fields.push({ name: nameAt(bytes, position, end, line), start: position, end: following });
    position = following;
  }
  if (!complete) return undefined;
  if (fields.length === 0) throw new UnreadableMailError('It is empty.');
  return { fields, start, end: bytes.length };
}

/** Fields at the beginning of a file. */
export interface LeadingFields {
  readonly count: number;
  /** Where the first other line begins, or where the bytes end. */
  readonly end: number;
}

/**
 * Counts the fields of some names that stand before all others, also in a header that does not end within the bytes.
 *
 * @param belongs whether a field of this name, in lower case, is one of them
 */
export function leadingFields(bytes: Buffer, belongs: (name: string) => boolean): LeadingFields {
  let count = 0;
  let position = headerStart(bytes);
  while (position < bytes.length) {
    const { end, next } = lineAt(bytes, position);
    const continues = isBlank(bytes[position]) && count > 0;
    if (!continues) {
      const name = nameIn(bytes, position, end);
      if (name === undefined || !belongs(name)) break;
      count++;
    }
    position = next ?? bytes.length;
  }
  return { count, end: position };
}

/** The value of a field, unfolded. */
export function headerValue(bytes: Buffer, field: HeaderField): string {
  const text = bytes.toString('utf8', field.start, field.end);
  return text
    .slice(text.indexOf(':') + 1)
    .replace(/[\r\n]+/g, '')
    .trim();
}

/** Behind a byte-order mark, where there is one. */
function headerStart(bytes: Buffer): number {
  return bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0;
}

function lineAt(bytes: Buffer, from: number): { end: number; next: number | undefined } {
  for (let index = from; index < bytes.length; index++) {
    const byte = bytes[index];
    if (byte === LF) return { end: index, next: index + 1 };
    if (byte === CR) return { end: index, next: bytes[index + 1] === LF ? index + 2 : index + 1 };
  }
  return { end: bytes.length, next: undefined };
}

function nameAt(bytes: Buffer, from: number, end: number, line: number): string {
  const name = nameIn(bytes, from, end);
  if (name === undefined) {
    throw new UnreadableMailError(
      line === 1
        ? 'It is no mail: its first line is no header field.'
        : `Line ${line} is no header field; an empty line must end the header.`,
    );
  }
  return name;
}

function nameIn(bytes: Buffer, from: number, end: number): string | undefined {
  const text = bytes.toString('latin1', from, Math.min(end, from + LONGEST_NAME));
  return FIELD_NAME.exec(text)?.[1]?.toLowerCase();
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}
