import { clearTimeout, setTimeout } from 'node:timers';
import { onAbort } from '../core/concurrency/on-abort.js';

/** Taken when the test kit is loaded: a test that sets its clock still means real time when it waits for a mail. */
const REAL = { set: setTimeout, clear: clearTimeout } as const;

/** Calls something after a time that no fake clock changes. Returns what takes the call back. */
export function afterRealTime(ms: number, call: () => void): () => void {
  const timer = REAL.set(call, ms);
  return () => REAL.clear(timer);
}

/** Waits for a time that no fake clock changes, and no longer than until the signal fires. */
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
