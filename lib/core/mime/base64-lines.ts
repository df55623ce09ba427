const OCTETS_PER_LINE = 57;
const CHARACTERS_PER_LINE = 76;
/** Octets that are encoded at once; a chunk of a stream may be far larger. */
const OCTETS_AT_ONCE = OCTETS_PER_LINE * 1024;
const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const PADDING = 0x3d;
const CR = 0x0d;
const LF = 0x0a;

/**
 * Encodes octets as base64 in lines of 76 characters (RFC 2045 6.8), each ending with CRLF. Written straight into its
 * lines: cutting what Node.js encodes into lines takes three times as long.
 */
export function encodeBase64Lines(octets: Buffer): Buffer {
  const { length } = octets;
  const characters = Math.ceil(length / 3) * 4;
  const lines = Buffer.allocUnsafe(characters + 2 * Math.ceil(characters / CHARACTERS_PER_LINE));
  let offset = 0;
  for (let start = 0; start < length; start += OCTETS_PER_LINE) {
    const end = Math.min(start + OCTETS_PER_LINE, length);
    const whole = end - ((end - start) % 3);
    for (let index = start; index < whole; index += 3) {
      const group = (at(octets, index) << 16) | (at(octets, index + 1) << 8) | at(octets, index + 2);
      lines[offset++] = at(ALPHABET, group >> 18);
      lines[offset++] = at(ALPHABET, (group >> 12) & 63);
      lines[offset++] = at(ALPHABET, (group >> 6) & 63);
      lines[offset++] = at(ALPHABET, group & 63);
    }
    if (whole < end) {
      const two = whole + 1 < end;
      const group = (at(octets, whole) << 16) | (two ? at(octets, whole + 1) << 8 : 0);
      lines[offset++] = at(ALPHABET, group >> 18);
      lines[offset++] = at(ALPHABET, (group >> 12) & 63);
      lines[offset++] = two ? at(ALPHABET, (group >> 6) & 63) : PADDING;
      lines[offset++] = PADDING;
    }
    lines[offset++] = CR;
    lines[offset++] = LF;
  }
  return lines;
}

/** The same encoding for octets that come one after the other, in constant memory. */
export async function* base64Lines(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const octets of source) {
    for (let start = 0; start < octets.length;) {
      const part = octets.subarray(start, start + OCTETS_AT_ONCE - rest.length);
      start += part.length;
      const joined = Buffer.concat([rest, part]);
      const whole = joined.length - (joined.length % OCTETS_PER_LINE);
      // Copied, so that a few octets do not keep a whole chunk alive.
      rest = Buffer.from(joined.subarray(whole));
      if (whole > 0) yield encodeBase64Lines(joined.subarray(0, whole));
    }
  }
  if (rest.length > 0) yield encodeBase64Lines(rest);
}

function at(octets: Buffer, index: number): number {
  return octets[index] ?? 0;
}
