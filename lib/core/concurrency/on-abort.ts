import type { AnySignal } from './lazy-signal.js';
import { LazySignal } from './lazy-signal.js';

/** What ends a listening that has never begun. */
const nothing = (): void => {};

/**
 * Calls once when a signal fires, at once if it has fired. The one place that listens to signals: with `once`, the check
 * that a fired signal needs, and the removal without which a long-lived signal would collect listeners.
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
  if (signal instanceof LazySignal) return signal.listen(call);
  const listener = (): void => call(signal.reason);
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}
