import { AssertionError } from 'node:assert';

/** One header field, unfolded. */
export interface HeaderLine {
  readonly name: string;
  readonly value: string;
}

const MAX_LINE_OCTETS = 998;

/**
 * Throws an AssertionError that says what is wrong, unless these bytes are a mail that every reader takes
 * the same way: CRLF only, no line over 998 octets, none that begins with a dot, no NUL, a clean header
 * section with exactly one Message-ID and one Date.
 */
export function assertWellFormedMail(bytes: Buffer): void {
  // One character per octet, so that lengths and offsets are those of the bytes.
  const text = bytes.toString('latin1');
  const bare = /\r(?!\n)|(?<!\r)\n/.exec(text);
  if (bare) fail(`holds a bare ${bare[0] === '\r' ? 'CR' : 'LF'} in line ${lineOf(text, bare.index)}`);
  const nul = text.indexOf('\0');
  if (nul >= 0) fail(`holds a NUL in line ${lineOf(text, nul)}`);
  if (!text.endsWith('\r\n')) fail('does not end with CRLF');
  for (const [index, line] of text.slice(0, -2).split('\r\n').entries()) {
    if (line.length > MAX_LINE_OCTETS) fail(`has ${line.length} octets in line ${index + 1}, more than 998`);
    if (line.startsWith('.')) fail(`begins line ${index + 1} with a dot`);
  }
  assertHeaderSection(headerSection(text));
  for (const name of ['Message-ID', 'Date']) {
    const values = headersOf(bytes, name);
    if (values.length !== 1) fail(`has ${values.length} ${name} headers instead of one`);
    if (values[0] === '') fail(`has an empty ${name} header`);
  }
}

/** All header fields in the order of the mail, unfolded, white space around values removed. */
export function headerLines(bytes: Buffer): HeaderLine[] {
  // Unfolding happens on octets: a UTF-8 character never holds CR, LF, space or tab.
  const unfolded = headerSection(bytes.toString('latin1')).replace(/\r\n(?=[ \t])/g, '');
  return unfolded
    .split('\r\n')
    .filter(line => line !== '')
    .map(line => Buffer.from(line, 'latin1').toString('utf8'))
    .map(line => {
      const colon = line.indexOf(':');
      return colon < 0
        ? { name: line, value: '' }
        : { name: line.slice(0, colon), value: line.slice(colon + 1).trim() };
    });
}

/** The values of all header fields of this name (in any case), in order. */
export function headersOf(bytes: Buffer, name: string): string[] {
  return headerLines(bytes)
    .filter(header => header.name.toLowerCase() === name.toLowerCase())
    .map(header => header.value);
}

/** The value of the one header field of this name; undefined when there is none, an AssertionError when there are more. */
export function headerOf(bytes: Buffer, name: string): string | undefined {
  const values = headersOf(bytes, name);
  if (values.length > 1) fail(`has ${values.length} ${name} headers; use headersOf() for these`);
  return values[0];
}

/** The header lines with their line ends, without the empty line that closes them. */
function headerSection(text: string): string {
  if (text.startsWith('\r\n')) return '';
  const end = text.indexOf('\r\n\r\n');
  return end < 0 ? text : text.slice(0, end + 2);
}

function assertHeaderSection(section: string): void {
  const lines = section.split('\r\n').slice(0, -1);
  for (const [index, line] of lines.entries()) {
    const where = `line ${index + 1} of the header section`;
    if (/^[ \t]+$/.test(line)) fail(`has only white space in ${where}`);
    if (/^[ \t]/.test(line) && index > 0) continue;
    if (!line.includes(':')) fail(`has no colon in ${where}: ${JSON.stringify(line.slice(0, 80))}`);
    const name = line.slice(0, line.indexOf(':'));
    if (!/^[!-9;-~]+$/.test(name)) fail(`has an invalid header name in ${where}: ${JSON.stringify(name)}`);
  }
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function fail(fault: string): never {
  throw new AssertionError({ message: `The mail ${fault}.`, stackStartFn: fail });
}
