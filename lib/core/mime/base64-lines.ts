const OCTETS_PER_LINE = 57;
const CHARACTERS_PER_LINE = 76;
const LINE = CHARACTERS_PER_LINE + 2;
const LINES_AT_ONCE = 1024;
/** Octets that are encoded at once; a chunk of a stream may be far larger. */
const OCTETS_AT_ONCE = OCTETS_PER_LINE * LINES_AT_ONCE;
/** Octets of which Node.js makes one text: small enough that text and lines stay in the cache of the processor. */
const OCTETS_OF_TEXT = OCTETS_PER_LINE * 256;
const CRLF = 0x0d0a;

/** Encodes octets as base64 in lines of 76 characters (RFC 2045 6.8), each ending with CRLF. */
export function encodeBase64Lines(octets: Buffer): Buffer {
  const lines = Buffer.allocUnsafe(base64LinesSize(octets.length));
  const whole = octets.length - (octets.length % OCTETS_PER_LINE);
  const offset = new LineWriter(whole).write(octets, 0, whole, viewOf(lines), 0);
  if (whole < octets.length) lines.write(`${octets.toString('base64', whole)}\r\n`, offset, 'latin1');
  return lines;
}

/** Octets of what {@link encodeBase64Lines} makes of so many. */
export function base64LinesSize(octets: number): number {
  return Math.ceil(octets / 3) * 4 + Math.ceil(octets / OCTETS_PER_LINE) * 2;
}

/**
 * The same encoding for octets that come one after the other, in constant memory.
 *
 * @param options `reuse`: every piece is in the memory of the one before, for a reader that is done with a piece before it asks
 *   for the next. @default every piece has memory of its own
 */
export async function* base64Lines(
  source: AsyncIterable<Uint8Array>,
  { reuse = false }: { reuse?: boolean } = {},
): AsyncGenerator<Buffer> {
  const writer = new LineWriter(OCTETS_AT_ONCE);
  const memory = reuse ? Buffer.allocUnsafeSlow(LINES_AT_ONCE * LINE) : undefined;
  // The beginning of a line. Copied, so that a few octets do not keep a whole chunk alive.
  const begun = Buffer.alloc(OCTETS_PER_LINE);
  let held = 0;
  for await (const chunk of source) {
    const octets = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let start = 0; start < octets.length;) {
      const end = Math.min(octets.length, start + OCTETS_AT_ONCE - held);
      const count = Math.floor((held + end - start) / OCTETS_PER_LINE);
      if (count > 0) {
        const lines = memory?.subarray(0, count * LINE) ?? Buffer.allocUnsafeSlow(count * LINE);
        const view = viewOf(lines);
        let offset = 0;
        if (held > 0) {
          start += octets.copy(begun, held, start);
          offset = writer.write(begun, 0, OCTETS_PER_LINE, view, 0);
          held = 0;
        }
        const whole = end - ((end - start) % OCTETS_PER_LINE);
        writer.write(octets, start, whole, view, offset);
        start = whole;
        yield lines;
      }
      held += octets.copy(begun, held, start, end);
      start = end;
    }
  }
  if (held > 0) yield encodeBase64Lines(begun.subarray(0, held));
}

/**
 * Writes octets that fill their lines. Node.js encodes them faster than code of ours, but without lines; eight characters at a
 * time is the fastest way to move them into theirs, and to a number they come back as they were: none of them makes a NaN.
 */
class LineWriter {
  /** What Node.js has encoded, before it is cut into lines. */
  readonly #text: Buffer;
  readonly #view: DataView;

  /** @param most octets that are written at once, at most */
  constructor(most: number) {
    const lines = Math.min(most, OCTETS_OF_TEXT) / OCTETS_PER_LINE;
    this.#text = Buffer.allocUnsafe(Math.ceil(lines) * CHARACTERS_PER_LINE);
    this.#view = viewOf(this.#text);
  }

  /** Returns the offset behind the last line. */
  write(octets: Buffer, start: number, end: number, lines: DataView, offset: number): number {
    const text = this.#view;
    let to = offset;
    for (let part = start; part < end; part += OCTETS_OF_TEXT) {
      const partEnd = Math.min(part + OCTETS_OF_TEXT, end);
      const length = this.#text.write(octets.toString('base64', part, partEnd), 0, 'latin1');
      for (let from = 0; from < length; from += CHARACTERS_PER_LINE) {
        for (let moved = 0; moved < CHARACTERS_PER_LINE - 4; moved += 8)
          lines.setFloat64(to + moved, text.getFloat64(from + moved, true), true);
        const last = CHARACTERS_PER_LINE - 4;
        lines.setInt32(to + last, text.getInt32(from + last, true), true);
        lines.setUint16(to + CHARACTERS_PER_LINE, CRLF);
        to += LINE;
      }
    }
    return to;
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
