const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;
const EQUALS = 0x3d;
const SPACE = 0x20;
const TAB = 0x09;
const LONGEST_LINE = 76;
const HEX = Buffer.from('0123456789ABCDEF');

/** What becomes of an octet: it stays, stays within a line, or is escaped unless CR and LF are a line end together. */
const LITERAL = 0;
const BLANK = 1;
const ESCAPED = 2;
const NEEDS = Uint8Array.from({ length: 256 }, (_, octet) => {
  if (octet === SPACE || octet === TAB) return BLANK;
  return octet > SPACE && octet < 0x7f && octet !== EQUALS ? LITERAL : ESCAPED;
});

/**
 * Encodes text whose line ends are CRLF as quoted-printable (RFC 2045 6.7). No line is longer than 76 octets and no
 * line begins with a dot, so that readers that remove leading dots and readers that do not see the same text.
 */
export function encodeQuotedPrintable(text: Buffer): Buffer {
  const { length } = text;
  const output = Buffer.allocUnsafe(mostOctets(text));
  let index = 0;
  let end = 0;
  let column = 0;
  while (index < length) {
    let octet = text[index] ?? 0;
    if (column > 0 || octet !== DOT) {
      // Most octets are plain ones in the middle of a line; the last one of the text ends its line, and is left over.
      const stop = Math.min(index + LONGEST_LINE - 1 - column, length - 1);
      while (index < stop && (NEEDS[octet] === LITERAL || (octet === SPACE && text[index + 1] !== CR))) {
        output[end++] = octet;
        column++;
        octet = text[++index] ?? 0;
      }
    }
    if (octet === CR && text[index + 1] === LF) {
      output[end++] = CR;
      output[end++] = LF;
      column = 0;
      index += 2;
      continue;
    }
    const lineEnds = index + 1 === length || (text[index + 1] === CR && text[index + 2] === LF);
    let literal = NEEDS[octet] === LITERAL || (NEEDS[octet] === BLANK && !lineEnds);
    // A line may be full only when it ends here; otherwise one octet is kept for the "=" of a soft break.
    if (column + (literal ? 1 : 3) > (lineEnds ? LONGEST_LINE : LONGEST_LINE - 1)) {
      output[end++] = EQUALS;
      output[end++] = CR;
      output[end++] = LF;
      column = 0;
    }
    if (column === 0 && octet === DOT) literal = false;
    if (literal) {
      output[end++] = octet;
      column++;
    } else {
      output[end++] = EQUALS;
      output[end++] = HEX[octet >> 4] ?? 0;
      output[end++] = HEX[octet & 15] ?? 0;
      column += 3;
    }
    index++;
  }
  return output.subarray(0, end);
}

/**
 * Octets that suffice for an encoded text. Three times its length always would, but thousands of mails wait in memory.
 */
function mostOctets(text: Buffer): number {
  let most = text.length;
  let lines = 1;
  for (let index = 0; index < text.length; index++) {
    const octet = text[index] ?? 0;
    if (NEEDS[octet] === ESCAPED) most += 2;
    if (octet === LF) lines++;
  }
  // Each line may have a dot at its start and a blank at its end to be escaped: four octets.
  const whole = most + 4 * lines;
  // A soft break takes three octets and makes a line more; the line that it ends has at least 73.
  return whole + Math.ceil(whole / 69) * 7;
}
