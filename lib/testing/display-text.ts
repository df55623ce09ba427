import type { Mailbox as MailboxAddress } from '../core/address/mailbox.js';
import { escapeOf, visible } from '../core/redaction/printable.js';

const LONGEST = 120;
const MOST = 3;

/** A text in quotation marks on one line, shortened. */
export function quoted(text: string): string {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  const length = text.length > LONGEST ? ` (${text.length.toLocaleString('en')} characters)` : '';
  return `"${visible(short)}"${length}`;
}

/**
 * Where two texts begin to differ that look the same when they are shown, such as by a no-break space; empty when the
 * difference can be seen.
 */
export function firstDifference(text: string, wanted: string): string {
  if (text === wanted || looks(text) !== looks(wanted)) return '';
  let index = 0;
  while (text.codePointAt(index) === wanted.codePointAt(index)) index++;
  return `, from character ${index + 1} on ${escaped(text, index)} instead of ${escaped(wanted, index)}`;
}

function looks(text: string): string {
  return text.slice(0, LONGEST).normalize('NFKC').replace(/\s/g, ' ');
}

function escaped(text: string, from: number): string {
  const ascii = Array.from(text.slice(from, from + 20), character =>
    character < '\u007f' ? visible(character) : escapeOf(character),
  );
  return `"${ascii.join('')}${text.length > from + 20 ? '…' : ''}"`;
}

/** `Ann <ann@contoso.com>`, or the address alone. */
export function mailboxText({ name, address }: MailboxAddress): string {
  return name === undefined ? address : `${name} <${address}>`;
}

/** The first few of a list. */
export function listed(items: readonly string[], nothing: string, most: number = MOST): string {
  if (items.length === 0) return nothing;
  const shown = items.slice(0, most).map(visible).join(', ');
  return items.length > most ? `${shown} and ${items.length - most} more` : shown;
}

/** A function as it stands in the test. */
export function functionText(check: (value: never) => unknown): string {
  const source = check.toString().replace(/\s+/g, ' ');
  return source.length > LONGEST ? `${source.slice(0, LONGEST)}…` : source;
}

/** `1 mail`, `2 mails`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : several}`;
}
