import type { AnySignal } from './lazy-signal.js';
import { onAbort } from './on-abort.js';

/**
 * Reads a source until a signal fires, also while the source is silent: an attachment that stalls must not hold a file.
 *
 * @throws the signal's reason
 */
export async function* abortable<T>(source: AsyncIterable<T>, signal: AnySignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  // One place for whoever waits now. A race of every piece against one promise would keep all pieces until the end.
  let giveUp: ((reason: unknown) => void) | undefined;
  const stop = onAbort(signal, reason => giveUp?.(reason));
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        giveUp = reject;
        iterator.next().then(resolve, reject);
      });
      if (next.done) return;
      yield next.value;
    }
  } finally {
    stop();
    // Not waited for: a source that is stalled would not answer.
    iterator.return?.()?.then(undefined, () => {});
  }
}
