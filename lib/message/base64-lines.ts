const OCTETS_PER_LINE = 57;
const CHARACTERS_PER_LINE = 76;
/** What is encoded at once; a stream may hand over far more in one chunk. */
const OCTETS_AT_ONCE = OCTETS_PER_LINE * 1024;

/** Encodes octets as base64 in lines of 76 characters (RFC 2045 6.8), each ending with CRLF. */
export function encodeBase64Lines(octets: Buffer): Buffer {
  const encoded = octets.toString('base64');
  const lines: string[] = [];
  for (let start = 0; start < encoded.length; start += CHARACTERS_PER_LINE)
    lines.push(encoded.slice(start, start + CHARACTERS_PER_LINE));
  return Buffer.from(lines.length === 0 ? '' : `${lines.join('\r\n')}\r\n`, 'latin1');
}

/**
 * The same encoding for a stream, in constant memory. Ends with the stream's error when the stream fails, ends early or
 * was destroyed before.
 */
export async function* base64Lines(source: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    const octets = octetsOf(chunk);
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

function octetsOf(chunk: unknown): Uint8Array {
  if (typeof chunk === 'string') return Buffer.from(chunk);
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError('The stream holds something that is neither bytes nor text');
}
