import { Readable } from 'node:stream';

const BLOCK = 64 * 1024;

/**
 * Bytes without a pattern, the same in every process.
 *
 * @param {number} size how many
 * @returns {Buffer} the bytes
 */
export function bytesWithoutPattern(size) {
  const bytes = Buffer.alloc(size);
  let state = 12345;
  for (let place = 0; place < size; place++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[place] = state >>> 16;
  }
  return bytes;
}

/**
 * What the attachment of a mail holds.
 *
 * @param {{ attachmentSize?: number, streamSize?: number }} load what is sent
 * @returns {Buffer | undefined} the bytes; undefined for a mail without
 */
export function attachedBytes({ attachmentSize, streamSize }) {
  if (attachmentSize) return bytesWithoutPattern(attachmentSize);
  if (!streamSize) return undefined;
  return Buffer.concat([...blocks(streamSize)]);
}

/**
 * Makes the attachments of each mail: one buffer or one file for all, or for each a stream of its own.
 *
 * @param {{ attachmentSize?: number, attachmentFile?: string, streamSize?: number }} load what is sent
 * @returns {() => object[] | undefined} called for each mail
 */
export function attachmentMaker({ attachmentSize, attachmentFile, streamSize }) {
  const filename = 'report.bin';
  if (streamSize) {
    const block = bytesWithoutPattern(BLOCK);
    return () => [{ filename, content: Readable.from(blocks(streamSize, block), { objectMode: false }) }];
  }
  if (!attachmentSize) return () => undefined;
  if (attachmentFile) return () => [{ filename, path: attachmentFile }];
  const content = bytesWithoutPattern(attachmentSize);
  return () => [{ filename, content }];
}

/** Blocks of the same memory, so that the stream itself needs none. */
function* blocks(size, block = bytesWithoutPattern(BLOCK)) {
  for (let left = size; left > 0; left -= BLOCK) yield left < BLOCK ? block.subarray(0, left) : block;
}
