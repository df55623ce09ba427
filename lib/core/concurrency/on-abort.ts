import type { AbortListener, AnySignal } from './lazy-signal.js';
import { LazySignal } from './lazy-signal.js';

/** What ends a listening that has never begun. */
const nothing = (): void => {};

/**
 * Calls once when a signal fires, at once if it has fired. The one place that listens to signals of the platform: with `once`,
 * the check that a fired signal needs, and the removal without which a long-lived signal would collect listeners. With a
 * function: signals that come from packages know nothing else.
 *
 * @param signal undefined never fires
 * @returns a function that ends the listening
 */
export function onAbort(signal: AnySignal | undefined, call: (reason: unknown) => void): () => void {
  if (!signal) return nothing;
  if (signal.aborted) {
    call(signal.reason);
    return nothing;
  }
  if (signal instanceof LazySignal) {
    const listener = new CallListener(signal, call);
    signal.addListener(listener);
    return () => signal.removeListener(listener);
  }
  const listener = (): void => call(signal.reason);
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}

/** Calls a function with the reason of a signal. */
class CallListener implements AbortListener {
  readonly #signal: LazySignal;
  readonly #call: (reason: unknown) => void;

  constructor(signal: LazySignal, call: (reason: unknown) => void) {
    this.#signal = signal;
    this.#call = call;
  }

  aborted(): void {
    this.#call(this.#signal.reason);
  }
}
