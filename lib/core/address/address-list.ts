import { printable } from '../redaction/printable.js';
import { checkMailbox, MailboxSyntaxError } from './parse-mailbox.js';
import { withoutSourceRoute } from './source-route.js';

/** What stands in an address header: mailboxes, and entries that are none. */
export interface AddressList {
  /** Addresses in their normal form, in order. */
  readonly addresses: readonly string[];
  /** Entries that no mail can be sent to, safe to print, and why. */
  readonly invalid: readonly { readonly entry: string; readonly reason: string }[];
}

/**
 * Reads the value of a header that lists mailboxes (RFC 5322 3.4), such as `To`, from a mail that somebody else wrote, in a
 * time that grows no faster than the value. Groups are flattened, names, comments and source routes are ignored. Each entry is
 * one mailbox or named as invalid.
 *
 * @param value the unfolded value
 * @param most entries after which it is not read on. @default all
 */
export function parseAddressList(value: string, most = Infinity): AddressList {
  const addresses: string[] = [];
  const invalid: { entry: string; reason: string }[] = [];
  if (most <= 0) return { addresses, invalid };
  for (const entry of entriesOf(value)) {
    try {
      addresses.push(addressOf(entry));
    } catch (error) {
      if (!(error instanceof MailboxSyntaxError)) throw error;
      invalid.push({ entry: printable(entry), reason: error.message });
    }
    if (addresses.length + invalid.length >= most) break;
  }
  return { addresses, invalid };
}

/** Splits at commas and at the ends of groups; comments and the names of groups are left out. */
function* entriesOf(value: string): Generator<string> {
  /** What is kept of the entry up to `from`. */
  let pieces: string[] = [];
  let from = 0;
  let depth = 0;
  let quoted = false;
  let bracketed = false;
  let hasAt = false;
  for (let index = 0; index < value.length; index++) {
    const character = value.charAt(index);
    if (quoted || depth > 0) {
      if (character === '\\') index++;
      else if (quoted) quoted = character !== '"';
      else if (character === '(') depth++;
      else if (character === ')' && --depth === 0) from = index + 1;
      continue;
    }
    const ends = !bracketed && (character === ',' || character === ';');
    if ((ends || character === '(') && index > from) pieces.push(value.slice(from, index));
    if (ends) {
      const entry = pieces.join('').trim();
      if (entry !== '') yield entry;
    }
    if (ends || (!bracketed && character === ':' && !hasAt)) {
      pieces = [];
      from = index + 1;
      hasAt = false;
    } else if (character === '(') depth = 1;
    else if (character === '"') quoted = true;
    else if (character === '<') bracketed = true;
    else if (character === '>') bracketed = false;
    else if (character === '@') hasAt = true;
  }
  if (depth === 0) pieces.push(value.slice(from));
  const last = pieces.join('').trim();
  if (last !== '') yield last;
}

function addressOf(entry: string): string {
  if (!entry.endsWith('>')) return checkMailbox(undefined, entry).address;
  const open = entry.lastIndexOf('<');
  if (open < 0 || /[@<>"]/.test(withoutQuotes(entry.slice(0, open))))
    throw new MailboxSyntaxError('is not exactly one mailbox; a comma may be missing');
  return checkMailbox(undefined, withoutSourceRoute(entry.slice(open + 1, -1))).address;
}

/** A text without its quoted strings. One without an end stays. */
function withoutQuotes(text: string): string {
  const kept: string[] = [];
  for (let from = 0; ;) {
    const open = text.indexOf('"', from);
    const close = open < 0 ? -1 : closingQuote(text, open);
    if (close < 0) return [...kept, text.slice(from)].join('');
    if (open > from) kept.push(text.slice(from, open));
    from = close + 1;
  }
}

function closingQuote(text: string, open: number): number {
  for (let index = open + 1; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '\\') index++;
    else if (character === '"') return index;
  }
  return -1;
}
