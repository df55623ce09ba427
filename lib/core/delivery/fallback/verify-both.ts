import { withEitherSignal } from '../../concurrency/either-signal.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import { abortedError, wasEnded } from '../aborted-error.js';
import type { MailDelivery, VerifyOptions } from '../mail-delivery.js';
import { bothFailed, isUnusable } from './failover-errors.js';

/** A delivery gets this long to say how far it had come; less than the service waits for the last word of a check. */
const LAST_WORD_MS = 110;

/**
 * Looks at a delivery and its fallback, at the same time: a server that stays silent would leave the other one no time.
 * Resolves when mails can leave one way or the other.
 *
 * @throws MailDeliveryError
 */
export async function verifyBoth(
  primary: MailDelivery,
  fallback: MailDelivery,
  { signal, onDegraded }: VerifyOptions,
): Promise<void> {
  const enough = new AbortController();
  const second = withEitherSignal(enough.signal, signal, either => problemOf(fallback, either));
  const first = await problemOf(primary, signal);
  if (first === undefined) {
    if (!onDegraded) return enough.abort();
    const other = await second;
    if (isTold(other)) throw other;
    if (other instanceof MailDeliveryError) onDegraded(other);
    return;
  }
  if (!isUnusable(first) && !isTimeout(first)) {
    enough.abort();
    throw first;
  }
  const other = await second;
  if (other === undefined) return onDegraded?.(first);
  throw other instanceof MailDeliveryError && !isTold(other) ? bothFailed(first, other) : first;
}

/** What is wrong with a delivery; undefined when nothing is. One that does not listen to its signal is not waited for. */
async function problemOf(delivery: MailDelivery, signal: AbortSignal | undefined): Promise<unknown> {
  const ended = new AbortController();
  try {
    const checking = delivery.verify(signal ? { signal } : {});
    await (signal ? Promise.race([checking, overdue(signal, ended.signal)]) : checking);
    return undefined;
  } catch (error) {
    return error ?? new Error('The delivery gives no reason.');
  } finally {
    ended.abort();
  }
}

/** Rejects a moment after a signal has fired. */
function overdue(signal: AbortSignal, ended: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const late = (): void => reject(abortedError(signal, { phase: 'connect', retryable: true }));
    const onAbort = (): void => {
      const timer = setTimeout(late, LAST_WORD_MS);
      ended.addEventListener('abort', () => clearTimeout(timer), { once: true });
    };
    signal.addEventListener('abort', onAbort, { once: true, signal: ended });
    if (signal.aborted) onAbort();
  });
}

/** The time was over: such a delivery is as good as one that cannot be reached. */
function isTimeout(error: unknown): error is MailDeliveryError {
  return error instanceof MailDeliveryError && error.code === 'EMAILTIMEOUT';
}

/** Somebody wants no result any more: the caller, or a shutdown. */
function isTold(error: unknown): error is MailDeliveryError {
  return error instanceof MailDeliveryError && wasEnded(error) && !isTimeout(error);
}
