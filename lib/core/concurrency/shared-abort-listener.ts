import { onAbort } from './on-abort.js';

/**
 * Tells many of one signal through a single listener: a caller may end a thousand sends with one signal, and Node.js
 * takes eleven listeners on one for a leak.
 */
export class SharedAbortListener {
  readonly #listeners = new WeakMap<AbortSignal, SharedListener>();

  /**
   * Calls when the signal fires, at once if it has fired.
   *
   * @returns a function that ends that
   */
  listen(signal: AbortSignal, call: () => void): () => void {
    if (signal.aborted) {
      call();
      return () => {};
    }
    const shared = this.#listeners.get(signal) ?? this.#begin(signal);
    shared.calls.add(call);
    return () => {
      shared.calls.delete(call);
      if (shared.calls.size > 0) return;
      shared.stop();
      this.#listeners.delete(signal);
    };
  }

  #begin(signal: AbortSignal): SharedListener {
    const calls = new Set<() => void>();
    const stop = onAbort(signal, () => {
      for (const call of calls) call();
    });
    const shared = { calls, stop };
    this.#listeners.set(signal, shared);
    return shared;
  }
}

/** Those who are told of one signal, and the end of listening to it. */
interface SharedListener {
  readonly calls: Set<() => void>;
  readonly stop: () => void;
}
