import { clearTimeout, setTimeout } from 'node:timers';
import { onAbort } from '../core/concurrency/on-abort.js';

/** Read when the test kit is loaded, so that a test that installs fake timers still waits for a mail in real time. */
const REAL = { set: setTimeout, clear: clearTimeout } as const;

/**
 * Calls something after a time that fake timers do not change.
 *
 * @param ms milliseconds
 * @returns a function that takes the call back
 */
export function afterRealTime(ms: number, call: () => void): () => void {
  const timer = REAL.set(call, ms);
  return () => REAL.clear(timer);
}

/** Waits for milliseconds that fake timers do not change, or until the signal fires. Never rejects. */
export function realPause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise(resolve => {
    const end = (): void => {
      stopTimer();
      stopListening();
      resolve();
    };
    const stopTimer = afterRealTime(ms, end);
    const stopListening = onAbort(signal, end);
  });
}
