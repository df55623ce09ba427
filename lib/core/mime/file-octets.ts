import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';

/** Octets that are read at once into memory that is used again: a multiple of what is encoded at once. */
const OCTETS_AT_ONCE = 4 * 57 * 1024;

/**
 * The octets of a file.
 *
 * @param options `reuse`: every piece is in the memory of the one before, for a reader that is done with a piece before it asks
 *   for the next. @default every piece has memory of its own
 */
export function fileOctets(path: string, { reuse = false } = {}): AsyncIterable<Uint8Array> {
  return reuse ? inOneMemory(path) : createReadStream(path);
}

async function* inOneMemory(path: string): AsyncGenerator<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const memory = Buffer.allocUnsafeSlow(OCTETS_AT_ONCE);
    for (;;) {
      const { bytesRead } = await handle.read(memory, 0, memory.length, null);
      if (bytesRead === 0) return;
      yield memory.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
