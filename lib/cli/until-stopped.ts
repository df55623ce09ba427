import { onAbort } from '../core/concurrency/on-abort.js';

/** Longest time in milliseconds between two calls of a timer that does nothing but keep the process alive. */
const ALIVE_MS = 2 ** 30;

/** Waits until the signal fires, and keeps the process alive meanwhile. */
export function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const alive = setInterval(() => {}, ALIVE_MS);
    onAbort(signal, () => {
      clearInterval(alive);
      resolve();
    });
  });
}
