const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;
const EQUALS = 0x3d;
const SPACE = 0x20;
const TAB = 0x09;
const LONGEST_LINE = 76;
const HEX = Buffer.from('0123456789ABCDEF');

/**
 * Encodes text whose line ends are CRLF as quoted-printable (RFC 2045 6.7). No line is longer than 76 octets and no
 * line begins with a dot, so that readers that remove leading dots and readers that do not see the same text.
 */
export function encodeQuotedPrintable(text: Buffer): Buffer {
  // The worst case is three octets for each one, and a soft break of three for every 73.
  const output = Buffer.allocUnsafe(text.length * 3 + Math.ceil((text.length * 3) / 73) * 3 + 3);
  let end = 0;
  let column = 0;
  for (let index = 0; index < text.length; index++) {
    const octet = text[index] ?? 0;
    if (octet === CR && text[index + 1] === LF) {
      output[end++] = CR;
      output[end++] = LF;
      column = 0;
      index++;
      continue;
    }
    const lineEnds = index + 1 === text.length || (text[index + 1] === CR && text[index + 2] === LF);
    let literal = isLiteral(octet, lineEnds);
    const width = literal ? 1 : 3;
    // A line may be full only when it ends here; otherwise one octet is kept for the "=" of a soft break.
    if (column + width > (lineEnds ? LONGEST_LINE : LONGEST_LINE - 1)) {
      output[end++] = EQUALS;
      output[end++] = CR;
      output[end++] = LF;
      column = 0;
    }
    if (column === 0 && octet === DOT) literal = false;
    if (literal) {
      output[end++] = octet;
      column += 1;
    } else {
      output[end++] = EQUALS;
      output[end++] = HEX[octet >> 4] ?? 0;
      output[end++] = HEX[octet & 15] ?? 0;
      column += 3;
    }
  }
  return output.subarray(0, end);
}

function isLiteral(octet: number, lineEnds: boolean): boolean {
  if (octet === SPACE || octet === TAB) return !lineEnds;
  return octet > SPACE && octet < 0x7f && octet !== EQUALS;
}
