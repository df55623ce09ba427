import type { Readable } from 'node:stream';
import { finished } from 'node:stream';

/**
 * The chunks of a stream as they came. Iterating over the stream itself would join all that it holds in a new buffer each time. Ends
 * with the stream's error when the stream fails, ends early or was destroyed before; whoever ends the reading destroys the stream.
 */
export async function* streamChunks(stream: Readable): AsyncGenerator<unknown> {
  // Who waits for "readable" keeps a stream from flowing.
  if (stream.listenerCount('readable') > 0) return yield* stream as AsyncIterable<unknown>;
  const chunks: unknown[] = [];
  const state: { ended?: true; error?: unknown; wake?: () => void } = {};
  const take = (chunk: unknown): void => {
    chunks.push(chunk);
    stream.pause();
    state.wake?.();
  };
  // Its listeners stay, so that an error that comes while the stream is destroyed is nobody's surprise.
  finished(stream, { writable: false }, error => {
    Object.assign(state, { ended: true, error });
    state.wake?.();
  });
  stream.on('data', take);
  try {
    for (;;) {
      if (chunks.length > 0) {
        yield chunks.shift();
        continue;
      }
      if (state.error) throw state.error;
      if (state.ended) return;
      stream.resume();
      await new Promise<void>(resolve => {
        state.wake = resolve;
      });
    }
  } finally {
    stream.off('data', take);
    stream.destroy();
  }
}
