import { abortedError } from '../delivery/aborted-error.js';
import type { VerifyOptions } from '../delivery/mail-delivery.js';
import { MailDeliveryError } from '../errors/mail-delivery-error.js';
import { checkTimeout } from './send-limits.js';

/** How a check is bounded. */
export interface CheckOptions {
  /** Ends the check at once. @default none */
  signal?: AbortSignal;
  /** Milliseconds for the whole check; 0 means no limit but those of the settings. @default 0 */
  timeoutMs?: number;
}

/** How {@link MailService.verify} and {@link MailService.backlog} are bounded, and who is told of half a success. */
export interface VerifyMailOptions extends CheckOptions, Pick<VerifyOptions, 'onDegraded'> {}

/** A delivery gets this long to say how far the check had come. */
const LAST_WORD_MS = 250;

/**
 * Runs a check under its bounds; one that does not listen to its signal is not waited for.
 *
 * @param closing fires when the application shuts down
 */
export async function boundedCheck<T>(
  options: CheckOptions,
  closing: AbortSignal,
  check: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeoutMs = checkTimeout(options.timeoutMs) ?? 0;
  if (closing.aborted) throw closedError();
  const cut = new AbortController();
  const timer = timeoutMs > 0 ? setTimeout(() => cut.abort(timeout(timeoutMs)), timeoutMs) : undefined;
  const stops = [options.signal, closing].map(source => endedBy(source, cut));
  let lastWord: NodeJS.Timeout | undefined;
  try {
    const overdue = new Promise<never>((_, reject) => {
      const end = (): void => {
        lastWord = setTimeout(() => reject(ended(cut.signal)), LAST_WORD_MS);
      };
      cut.signal.addEventListener('abort', end, { once: true });
      if (cut.signal.aborted) end();
    });
    return await Promise.race([check(cut.signal), overdue]);
  } catch (error) {
    throw closing.aborted && cut.signal.reason === closing.reason ? closedError() : error;
  } finally {
    clearTimeout(timer);
    clearTimeout(lastWord);
    for (const stop of stops) stop();
  }
}

/** Lets a signal end the check. */
function endedBy(source: AbortSignal | undefined, cut: AbortController): () => void {
  if (!source) return () => {};
  const onAbort = (): void => cut.abort(source.reason);
  source.addEventListener('abort', onAbort, { once: true });
  if (source.aborted) onAbort();
  return () => source.removeEventListener('abort', onAbort);
}

function ended(signal: AbortSignal): Error {
  return abortedError(signal, { phase: 'connect', retryable: true });
}

function closedError(): Error {
  return new MailDeliveryError(
    'EMAILCLOSED',
    'The mailer is shutting down; it can deliver nothing any more.',
    {
      phase: 'connect',
      retryable: true,
    },
  );
}

function timeout(timeoutMs: number): Error {
  const reason = new Error(`The check took longer than ${timeoutMs} ms`);
  reason.name = 'TimeoutError';
  return reason;
}
