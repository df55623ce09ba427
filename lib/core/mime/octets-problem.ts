import { isUtf8 } from 'node:buffer';
import type { RawField } from './header-section.js';
import { fieldsOf, headerSection, valueOf } from './header-section.js';

const CR = 0x0d;
const LF = 0x0a;
const LONGEST_LINE = 998;
/** The fields by which receipt and log know a mail, and from which Exchange takes the envelope of a pickup file. */
const KEPT = ['Message-ID', 'From', 'Sender', 'To', 'Cc'];
/** What a mail has one of at most (RFC 5322 3.6, RFC 2045 3), beside what is kept: of two, each reader shows another one. */
const ONCE = [
  'Subject',
  'Reply-To',
  'In-Reply-To',
  'References',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
];
/** Readers of pickup files take the envelope from them, and a Bcc shows who was to be hidden. */
const FORBIDDEN = /^(?:bcc|x-sender|x-receiver|return-path|resent-.*)$/;

/**
 * What is wrong with the bytes that somebody has made of a composed mail, in words that complete "a mail that …"; undefined
 * when they can be delivered in its place.
 *
 * @param after the mail as it is to leave
 * @param before the mail as it was composed
 */
export function octetsProblem(after: Buffer, before: Buffer): string | undefined {
  return linesProblem(after) ?? headerProblem(after, before);
}

/** RFC 5321 2.3.8 and 4.5.3.1.6: a line that one server takes for another is a way to smuggle mails. */
function linesProblem(octets: Buffer): string | undefined {
  if (octets.length === 0) return 'is empty';
  if (octets.includes(0)) return 'holds a NUL, which no mail can';
  let start = 0;
  for (let line = 1; start < octets.length; line++) {
    const end = octets.indexOf(LF, start);
    if (end < 0) return 'does not end with CRLF';
    const length = end - 1 - start;
    if (length < 0 || octets[end - 1] !== CR)
      return `has LF alone at the end of line ${line}; lines of a mail end with CRLF (openssl cms writes it with -crlfeol)`;
    if (octets.indexOf(CR, start) < end - 1)
      return `has CR alone in line ${line}; lines of a mail end with CRLF`;
    if (length > LONGEST_LINE)
      return `has ${length} octets in line ${line}, and a line may have ${LONGEST_LINE}`;
    start = end + 1;
  }
  return undefined;
}

function headerProblem(after: Buffer, before: Buffer): string | undefined {
  const section = headerSection(after);
  if (!section) return 'has no empty line behind its header';
  if (!isUtf8(section)) return 'has a header that is not UTF-8';
  const fields = fieldsOf(section);
  if ('badLine' in fields) return `has no header field in line ${fields.badLine}`;
  const forbidden = fields.find(({ name }) => FORBIDDEN.test(name));
  if (forbidden) return `has a header field ${nameOf(forbidden)}, which decides about its delivery`;
  const known = fieldsOf(headerSection(before) ?? Buffer.alloc(0));
  const old = 'badLine' in known ? [] : known;
  for (const name of KEPT)
    if (valuesOf(fields, name) !== valuesOf(old, name))
      return `has another ${name} than the mail that it was made of`;
  const countOf = (name: string): number => fields.filter(field => field.name === name.toLowerCase()).length;
  const dates = countOf('Date');
  if (dates !== 1) return `has ${dates} header fields Date, and a mail has one`;
  const twice = ONCE.find(name => countOf(name) > 1);
  return twice === undefined
    ? undefined
    : `has ${countOf(twice)} header fields ${twice}, and a mail has one at most`;
}

function valuesOf(fields: readonly RawField[], name: string): string {
  return fields
    .filter(field => field.name === name.toLowerCase())
    .map(valueOf)
    .join('\n');
}

function nameOf({ text }: RawField): string {
  return text.slice(0, text.indexOf(':')).trim();
}
