import { setImmediate } from 'node:timers/promises';

const CHUNKS_PER_TURN = 64;

/**
 * Lets timers and sockets have their turn while chunks are read that come without waiting, as from a synchronous generator: a
 * time limit could not end the reading of an endless one.
 */
export async function* yielding<T>(chunks: AsyncIterable<T>): AsyncGenerator<T> {
  let left = CHUNKS_PER_TURN;
  for await (const chunk of chunks) {
    yield chunk;
    if (--left > 0) continue;
    left = CHUNKS_PER_TURN;
    await setImmediate();
  }
}
