import type { AnySignal } from './lazy-signal.js';
import { onAbort } from './on-abort.js';

/**
 * Waits for something until a signal fires; what cannot be ended is left to itself then.
 *
 * @throws the signal's reason
 */
export function untilAborted<T>(running: Promise<T>, signal: AnySignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = onAbort(signal, reject);
    running.then(resolve, reject).finally(stop);
  });
}
