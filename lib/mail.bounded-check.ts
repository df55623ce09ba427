import { abortedError } from './delivery/aborted-error.js';
import type { VerifyOptions } from './delivery/mail-delivery.js';

/** How a check is bounded. */
export interface CheckOptions {
  /** Ends the check at once. @default none */
  signal?: AbortSignal;
  /** Milliseconds for the whole check; 0 means no limit but those of the settings. @default 0 */
  timeoutMs?: number;
}

/** How {@link MailService.verify} is bounded. */
export interface VerifyMailOptions extends CheckOptions, Pick<VerifyOptions, 'onDegraded'> {}

/** Runs a check under its bounds; one that does not listen to its signal is not waited for. */
export async function boundedCheck<T>(
  { signal, timeoutMs = 0 }: CheckOptions,
  check: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const cut = new AbortController();
  const onAbort = (): void => cut.abort(signal?.reason);
  const timer = timeoutMs > 0 ? setTimeout(() => cut.abort(timeout(timeoutMs)), timeoutMs) : undefined;
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    const overdue = new Promise<never>((_, reject) => {
      const end = (): void => void setTimeout(() => reject(ended(cut.signal)), LAST_WORD_MS).unref();
      cut.signal.addEventListener('abort', end, { once: true });
      if (cut.signal.aborted) end();
    });
    return await Promise.race([check(cut.signal), overdue]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** A delivery gets this long to say how far the check had come. */
const LAST_WORD_MS = 150;

function ended(signal: AbortSignal): Error {
  return abortedError(signal, { phase: 'connect', retryable: true });
}

function timeout(timeoutMs: number): Error {
  const reason = new Error(`The check took longer than ${timeoutMs} ms`);
  reason.name = 'TimeoutError';
  return reason;
}
