import { printable } from '../redaction/printable.js';
import { checkMailbox, MailboxSyntaxError } from './parse-mailbox.js';

/** What stands in an address header: mailboxes, and entries that are none. */
export interface AddressList {
  /** Addresses in their normal form, in order. */
  readonly addresses: readonly string[];
  /** Entries that no mail can be sent to, safe to print, and why. */
  readonly invalid: readonly { readonly entry: string; readonly reason: string }[];
}

/**
 * Reads the value of a header that lists mailboxes (RFC 5322 3.4), such as `To`, from a mail that somebody else wrote.
 * Groups are flattened, names and comments are ignored. Each entry is one mailbox or named as invalid.
 *
 * @param value the unfolded value
 */
export function parseAddressList(value: string): AddressList {
  const addresses: string[] = [];
  const invalid: { entry: string; reason: string }[] = [];
  for (const entry of entriesOf(value)) {
    try {
      addresses.push(addressOf(entry));
    } catch (error) {
      if (!(error instanceof MailboxSyntaxError)) throw error;
      invalid.push({ entry: printable(entry), reason: error.message });
    }
  }
  return { addresses, invalid };
}

/** Splits at commas and at the ends of groups; comments and the names of groups are left out. */
function entriesOf(value: string): string[] {
  const entries: string[] = [];
  let entry = '';
  let depth = 0;
  let quoted = false;
  let bracketed = false;
  const end = (): void => {
    if (entry.trim() !== '') entries.push(entry.trim());
    entry = '';
  };
  for (let index = 0; index < value.length; index++) {
    const character = value.charAt(index);
    if (character === '\\' && (quoted || depth > 0)) {
      if (depth === 0) entry += value.slice(index, index + 2);
      index++;
    } else if (depth === 0 && character === '"') {
      quoted = !quoted;
      entry += character;
    } else if (quoted) entry += character;
    else if (character === '(') depth++;
    else if (depth > 0) depth -= character === ')' ? 1 : 0;
    else if (!bracketed && (character === ',' || character === ';')) end();
    else if (!bracketed && character === ':' && !entry.includes('@')) entry = '';
    else {
      if (character === '<') bracketed = true;
      if (character === '>') bracketed = false;
      entry += character;
    }
  }
  end();
  return entries;
}

function addressOf(entry: string): string {
  if (!entry.endsWith('>')) return checkMailbox(undefined, entry).address;
  const open = entry.lastIndexOf('<');
  const name = entry.slice(0, Math.max(open, 0)).replace(/"(?:[^"\\]|\\.)*"/g, '');
  if (open < 0 || /[@<>"]/.test(name))
    throw new MailboxSyntaxError('is not exactly one mailbox; a comma may be missing');
  return checkMailbox(undefined, entry.slice(open + 1, -1)).address;
}
