import { normalizeAddressLiteral } from './address-literal.js';
import { isAscii, normalizeDomain } from './domain-name.js';
import { codePointName, DEFAULT_IGNORABLE, firstInvisible } from './invisible.js';
import type { Mailbox } from './mailbox.js';

/** Why a text is not exactly one mailbox. Thrown by {@link parseMailbox}; callers turn it into an error of their own. */
export class MailboxSyntaxError extends Error {
  override readonly name = 'MailboxSyntaxError';
}

/** What else is accepted as a mailbox. */
export interface MailboxRules {
  /** Address literals instead of a domain name, such as `ann@[192.0.2.1]` (RFC 5321 4.1.3). @default false */
  readonly literals?: boolean;
}

/** Longest text that can still be one mailbox: a name and an address. */
const LONGEST_TEXT = 1000;
/** Octets of the longest local part, and of the longest address: a path of 256 less its brackets (RFC 5321 4.5.3.1). */
const LONGEST_LOCAL_PART = 64;
const LONGEST_ADDRESS = 254;
/** What must never stand in an address, beside what may stand nowhere: format characters that belong to those behind them. */
const FORMAT = /\p{Cf}/u;
const ATOM_ASCII = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+$/;
const ATOM_UTF8 = /^(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]|(?![\p{Z}\u{2800}])[\u{a1}-\u{10ffff}])+$/u;
const UNQUOTED_NAME = /^[^"(),:;<>@[\\\]]*$/;

/**
 * Reads one text as exactly one mailbox: `local@domain` (RFC 5321 Mailbox with a domain name; no comments, no quoted
 * local part) or `name <local@domain>`. Lists, groups and anything ambiguous are refused.
 *
 * @param rules what else is accepted; by default no address literals
 * @throws {@link MailboxSyntaxError} saying why
 */
export function parseMailbox(text: string, rules: MailboxRules = {}): Mailbox {
  if (text.length > LONGEST_TEXT) throw new MailboxSyntaxError('is too long for a mailbox');
  refuseInvisible(text);
  const trimmed = text.trim();
  if (trimmed === '') throw new MailboxSyntaxError('is empty');
  if (!trimmed.endsWith('>')) return { address: parseAddress(trimmed, rules) };
  const open = trimmed.lastIndexOf('<');
  if (open < 0) throw new MailboxSyntaxError('has a ">" without a "<"');
  const address = parseAddress(trimmed.slice(open + 1, -1).trim(), rules);
  const name = parseName(trimmed.slice(0, open).trim());
  return name === '' ? { address } : { name, address };
}

/**
 * Checks the two halves of a mailbox that a caller gave as an object. The name may hold anything printable.
 *
 * @throws {@link MailboxSyntaxError} saying why
 */
export function checkMailbox(name: string | undefined, address: string, rules: MailboxRules = {}): Mailbox {
  if (address.length > LONGEST_TEXT || (name ?? '').length > LONGEST_TEXT) {
    throw new MailboxSyntaxError('is too long for a mailbox');
  }
  // Before white space is trimmed: a line end is white space too.
  for (const text of [name ?? '', address]) refuseInvisible(text);
  const checked = parseAddress(address.trim(), rules);
  const label = (name ?? '').trim();
  return label === '' ? { address: checked } : { name: label, address: checked };
}

function parseAddress(text: string, rules: MailboxRules): string {
  refuseIn(text, FORMAT, DEFAULT_IGNORABLE);
  const at = text.lastIndexOf('@');
  if (at < 0) throw new MailboxSyntaxError('has no "@"');
  const local = text.slice(0, at);
  checkLocalPart(local);
  const address = `${local}@${checkDomain(text.slice(at + 1), rules)}`;
  // As it stands in the conversation with a server: A-labels behind the "@", UTF-8 before it.
  const octets = Buffer.byteLength(address);
  if (octets > LONGEST_ADDRESS)
    throw new MailboxSyntaxError(
      `has ${octets} octets, more than the ${LONGEST_ADDRESS} that an address can have`,
    );
  return address;
}

function refuseIn(text: string, ...classes: readonly RegExp[]): void {
  for (const characters of classes) {
    const [found] = characters.exec(text) ?? [];
    if (found === undefined) continue;
    throw holdsInvisible(codePointName(found.codePointAt(0) ?? 0));
  }
}

/** Of a name, and of an address for which more is refused than for a name. */
function refuseInvisible(text: string): void {
  const found = firstInvisible(text, 'name');
  if (found !== undefined) throw holdsInvisible(found);
}

function holdsInvisible(character: string): MailboxSyntaxError {
  return new MailboxSyntaxError(`holds control or invisible characters (${character})`);
}

function checkDomain(written: string, rules: MailboxRules): string {
  if (!written.startsWith('[')) {
    const domain = normalizeDomain(written);
    if (domain === undefined) throw new MailboxSyntaxError('has no valid domain name behind the "@"');
    return domain;
  }
  if (rules.literals !== true)
    throw new MailboxSyntaxError('has an address literal instead of a domain name');
  const literal = normalizeAddressLiteral(written);
  if (literal === undefined) throw new MailboxSyntaxError('has no valid address literal behind the "@"');
  return literal;
}

function checkLocalPart(local: string): void {
  if (local === '') throw new MailboxSyntaxError('has nothing before the "@"');
  if (/[,;]/.test(local)) throw new MailboxSyntaxError('is a list, but must be exactly one mailbox');
  if (local.includes('@')) throw new MailboxSyntaxError('has more than one "@"; a list is not one mailbox');
  if (local.startsWith('"')) throw new MailboxSyntaxError('has a quoted local part, which is not supported');
  if (Buffer.byteLength(local) > LONGEST_LOCAL_PART)
    throw new MailboxSyntaxError('has more than 64 octets before the "@"');
  const atom = isAscii(local) ? ATOM_ASCII : ATOM_UTF8;
  if (!local.split('.').every(part => atom.test(part))) {
    throw new MailboxSyntaxError('has characters before the "@" that an address cannot have');
  }
}

function parseName(text: string): string {
  if (text.startsWith('"')) return unquote(text);
  if (!UNQUOTED_NAME.test(text)) {
    throw new MailboxSyntaxError(
      'is not exactly one mailbox; a name with special characters stands in double quotes',
    );
  }
  return text;
}

function unquote(text: string): string {
  if (!/^"(?:[^"\\]|\\.)*"$/u.test(text))
    throw new MailboxSyntaxError('has a quoted name that does not end where the address begins');
  return text.slice(1, -1).replace(/\\(.)/gu, '$1').trim();
}
