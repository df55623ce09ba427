/** Octets from which an encoded attachment is kept apart from what stands around it: copying it would cost more. */
const LEAST_APART = 32 * 1024;

/** Bytes in lines that end with CRLF and none of which begins with a dot: nobody has to look at them before they are sent. */
export class EncodedBytes {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

/** The same of a file, of a stream, or of many octets in memory, encoded when its turn comes. */
export interface EncodedFile {
  /** Octets, when they are known before it is read. */
  readonly size?: number;
  /**
   * @param options `reuse`: every piece is in the memory of the one before, for a reader that is done with a piece before it
   *   asks for the next
   */
  open(options?: { readonly reuse?: boolean }): AsyncIterable<Buffer>;
  /** Whether it can be read only once and that has begun. */
  spent(): boolean;
}

/** A piece of a message: bytes, or encoded bytes, in memory or not. */
export type MimeSegment = Buffer | EncodedBytes | EncodedFile;

/** What was encoded as one segment of a message. */
export function encodedSegment(bytes: Buffer): MimeSegment {
  return bytes.length < LEAST_APART ? bytes : new EncodedBytes(bytes);
}

/** The bytes of a segment; undefined for one that has to be read. */
export function bytesOf(segment: MimeSegment): Buffer | undefined {
  if (Buffer.isBuffer(segment)) return segment;
  return segment instanceof EncodedBytes ? segment.bytes : undefined;
}

/** Octets of a segment; undefined when they are not known. */
export function sizeOf(segment: MimeSegment): number | undefined {
  return bytesOf(segment)?.length ?? ('size' in segment ? segment.size : undefined);
}

/** The segments with the bytes between the encoded ones in one piece each. */
export function joinBuffers(segments: readonly MimeSegment[]): MimeSegment[] {
  const joined: MimeSegment[] = [];
  let adjacent: Buffer[] = [];
  const flush = (): void => {
    if (adjacent.length > 0)
      joined.push(adjacent.length === 1 && adjacent[0] ? adjacent[0] : concatenated(adjacent));
    adjacent = [];
  };
  for (const segment of segments) {
    if (Buffer.isBuffer(segment)) adjacent.push(segment);
    else {
      flush();
      joined.push(segment);
    }
  }
  flush();
  // A list that has grown has room for sixteen more, which each mail that waits would hold.
  return joined.slice();
}

/**
 * Node.js allocates small buffers in shared pools, which stay in memory as long as one of them is used: each finished mail
 * would keep what was made while it was composed.
 */
function concatenated(buffers: readonly Buffer[]): Buffer {
  const whole = Buffer.allocUnsafeSlow(buffers.reduce((sum, buffer) => sum + buffer.length, 0));
  let offset = 0;
  for (const buffer of buffers) offset += buffer.copy(whole, offset);
  return whole;
}
