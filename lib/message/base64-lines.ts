import { Transform } from 'node:stream';

const OCTETS_PER_LINE = 57;
const CHARACTERS_PER_LINE = 76;

/** Encodes octets as base64 in lines of 76 characters (RFC 2045 6.8), each ending with CRLF. */
export function encodeBase64Lines(octets: Buffer): Buffer {
  const encoded = octets.toString('base64');
  const lines: string[] = [];
  for (let start = 0; start < encoded.length; start += CHARACTERS_PER_LINE)
    lines.push(encoded.slice(start, start + CHARACTERS_PER_LINE));
  return Buffer.from(lines.length === 0 ? '' : `${lines.join('\r\n')}\r\n`, 'latin1');
}

/** The same encoding for a stream, in constant memory. */
export function base64LinesStream(): Transform {
  let rest: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer | string, _encoding, done) {
      const arrived = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      const octets = rest.length === 0 ? arrived : Buffer.concat([rest, arrived]);
      const whole = octets.length - (octets.length % OCTETS_PER_LINE);
      // Copied, so that a few octets do not keep a whole chunk alive.
      rest = Buffer.from(octets.subarray(whole));
      done(null, whole === 0 ? undefined : encodeBase64Lines(octets.subarray(0, whole)));
    },
    flush(done) {
      done(null, rest.length === 0 ? undefined : encodeBase64Lines(rest));
    },
  });
}
