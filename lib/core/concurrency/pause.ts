import { setTimeout as delay } from 'node:timers/promises';
import type { AnySignal } from './lazy-signal.js';
import { platformSignal } from './lazy-signal.js';

/**
 * Waits for a time, or until a signal fires.
 *
 * @throws an `AbortError` when the signal has fired
 */
export function pause(milliseconds: number, signal: AnySignal): Promise<void> {
  return delay(milliseconds, undefined, { signal: platformSignal(signal) });
}
