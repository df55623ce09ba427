import { linkedAbort } from '../../core/concurrency/linked-abort.js';

/**
 * Runs something with a signal that fires when another one does, or when a time is over. The run itself has to end then.
 *
 * @param milliseconds for the whole run
 */
export async function withinTime<T>(
  signal: AbortSignal,
  milliseconds: number,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = linkedAbort(signal);
  const timer = setTimeout(() => limit.abort(), milliseconds);
  try {
    return await run(limit.signal.platform);
  } finally {
    clearTimeout(timer);
    limit.unlink();
  }
}
