import { assertWellFormedMail } from '../../support/eml.js';
import type { Reading } from './mail-page.js';
import type { SentMail } from './sent-mail.js';

/** RFC 5322, 2.1.1. */
const LONGEST_LINE = 998;
/** Characters that take no room: what pads a preheader. Joiners have their place in words, but not before blanks. */
const PADDING = /\u00ad|\u034f|\u200b|\u2060|\ufeff|[\u200c\u200d]\s/u;

/**
 * What is wrong with the text part of a mail, held against what is seen of its HTML: a reader of either must get the same links and
 * values, and nothing that the other does not see.
 *
 * @param values texts of the context
 */
export function textFindings(mail: SentMail, reading: Reading, values: readonly string[]): string[] {
  const { text } = mail;
  const read = inOneLine(text);
  const seen = inOneLine(reading.seen);
  const given = values.map(inOneLine);
  const own = given.reduce((rest, value) => rest.replaceAll(value, ' '), read);
  const lost = given.filter(value => seen.includes(value) && !read.includes(value));
  const unseen = reading.hidden
    .map(hidden => inOneLine(hidden.replaceAll(new RegExp(`${PADDING.source}|\u200c`, 'gu'), '')))
    .filter(hidden => hidden !== '' && !seen.includes(hidden) && read.includes(hidden));
  const markup = own.match(/<\/?[a-z][\w-]*(?:\s[^<>]*)?>|&(?:[a-z]{2,8}|#x?[\da-f]+);|\{\{|\}\}/gi);
  const long = text.split('\n').filter(line => Buffer.byteLength(line) > LONGEST_LINE);
  return [
    ...(text.trim() === '' ? ['is empty'] : []),
    ...lost.map(value => `lacks what the HTML shows: ${JSON.stringify(value)}`),
    ...unseen.map(hidden => `says what the HTML hides: ${JSON.stringify(hidden)}`),
    ...(PADDING.test(own) ? ['holds characters that take no room'] : []),
    ...(markup ?? []).map(found => `holds HTML: ${found}`),
    ...long.map(line => `has a line of ${Buffer.byteLength(line)} octets: ${line.slice(0, 60)}`),
    ...reading.links.filter(link => !holdsLink(text, link)).map(link => `lacks the link ${link}`),
    ...malformed(mail),
  ].map(finding => `text part ${finding}`);
}

/** The texts of a context, those of its lists and objects too. */
export function textsOf(context: unknown): string[] {
  if (typeof context === 'string') return context.trim() === '' ? [] : [context];
  if (typeof context !== 'object' || context === null) return [];
  return Object.values(context).flatMap(textsOf);
}

/** Lines are broken where it fits, so words count and not what lies between them. */
function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** Whole, in one line, and with an end that no program takes for a part of it. */
function holdsLink(text: string, link: string): boolean {
  const address = link.replace(/^mailto:/i, '');
  return text
    .split(/\s/)
    .some(word => word.replace(/^[<(]+/, '').replace(/[>).,]+$/, '') === address.replace(/[>).,]+$/, ''));
}

function malformed({ raw }: SentMail): string[] {
  try {
    assertWellFormedMail(raw);
    return [];
  } catch (error) {
    return [String(error)];
  }
}
