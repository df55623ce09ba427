import * as mimeFuncs from 'nodemailer/lib/mime-funcs';
import { isAscii } from '../address/domain-name.js';
import type { Mailbox } from '../address/mailbox.js';
import { MailMessageError } from '../errors/mail-message-error.js';
import type { HeaderPart, StructuredHeader } from '../message/structured-header.js';

const FOLD_AT = 76;
const ENCODED_WORD = 52;
const LONGEST_WORD = 70;
/** Longest line of a message without its CRLF (RFC 5322 2.1.1). */
export const LONGEST_HEADER_LINE = 998;

/** One header as text, folded, without the final CRLF. */
export function formatHeader(name: string, value: string): string {
  const whole = `${name}: ${value}`;
  // Most headers are one short line, of which folding makes the same line.
  if (whole.length < FOLD_AT) return whole;
  const line = mimeFuncs.foldLines(whole, FOLD_AT);
  const tooLong = line.split('\r\n').some(part => Buffer.byteLength(part) > LONGEST_HEADER_LINE);
  if (tooLong)
    throw new MailMessageError(
      'EMAILHEADER',
      name,
      `has a line of more than ${LONGEST_HEADER_LINE} octets that cannot be folded`,
    );
  return line;
}

/**
 * Encodes unstructured text for a header (RFC 2047), so that every reader gets exactly this text back: also when it
 * holds runs of spaces, words too long to fold, or something that looks encoded already.
 */
export function encodeText(text: string): string {
  return isPlain(text) && !hasLongWord(text) ? text : encodedWords(text);
}

/**
 * A header of the caller's own: words for people are encoded, what is for programs stands as it is.
 *
 * @param format how mailboxes in it are written
 */
export function formatOwnHeader(
  value: string | StructuredHeader,
  format: (mailboxes: readonly Mailbox[]) => string,
): string {
  if (typeof value === 'string') return encodeOwnHeader(value);
  const partOf = (part: HeaderPart): string => {
    if ('mailbox' in part) return format([part.mailbox]);
    if ('text' in part) return encodeText(part.text);
    if ('phrase' in part) return formatName(part.phrase);
    return 'comment' in part ? formatComment(part.comment) : part.token;
  };
  return value.map(item => item.map(partOf).join(' ')).join(', ');
}

/** Encodes a header of which nothing is known: ASCII stands as it is wherever it can. */
export function encodeOwnHeader(text: string): string {
  if (!/^[\t\x20-\x7e]*$/.test(text) || text.includes('=?')) return encodedWords(text);
  // Runs of blanks mean nothing in a structured header; a token too long to fold is refused where lines are made.
  return text.trim().replace(/\s+/g, ' ');
}

function isPlain(text: string): boolean {
  return /^(?:[\x21-\x7e]+(?: [\x21-\x7e]+)*)?$/.test(text) && !text.includes('=?');
}

/** Formats mailboxes for a header such as To (RFC 5322 3.4). */
export function formatMailboxes(mailboxes: readonly Mailbox[]): string {
  return mailboxes
    .map(({ name, address }) => (name === undefined ? address : `${formatName(name)} <${address}>`))
    .join(', ');
}

/**
 * The same in ASCII: a mailbox whose address is not is shown as the name of an empty group (RFC 6857), which people can
 * read and no server takes for an address.
 */
export function formatMailboxesInAscii(mailboxes: readonly Mailbox[]): string {
  return mailboxes
    .map(mailbox => {
      const { name, address } = mailbox;
      if (isAscii(address)) return formatMailboxes([mailbox]);
      return `${encodedWords(name === undefined ? address : `${name} <${address}>`)} :;`;
    })
    .join(', ');
}

function formatName(name: string): string {
  if (/^[A-Za-z0-9]+(?: [A-Za-z0-9]+)*$/.test(name) && !hasLongWord(name)) return name;
  const quotable = /^[\x20-\x7e]*$/.test(name) && !/ {2}|=\?/.test(name) && !hasLongWord(name);
  return quotable ? mimeFuncs.quoteString(name) : encodedWords(name);
}

function formatComment(comment: string): string {
  const plain = /^(?:[\x21-\x27\x2a-\x5b\x5d-\x7e]+(?: [\x21-\x27\x2a-\x5b\x5d-\x7e]+)*)?$/.test(comment);
  return `(${plain && !comment.includes('=?') && !hasLongWord(comment) ? comment : encodedWords(comment)})`;
}

function encodedWords(text: string): string {
  const latin = text.match(/[A-Za-z]/g)?.length ?? 0;
  return mimeFuncs.encodeWord(text, latin * 2 > text.length ? 'Q' : 'B', ENCODED_WORD);
}

function hasLongWord(text: string): boolean {
  return text.split(' ').some(word => word.length > LONGEST_WORD);
}
