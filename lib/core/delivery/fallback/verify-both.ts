import { withAbortGrace } from '../../concurrency/abort-grace.js';
import { ABORT_GRACE_MS } from '../../concurrency/abort-graces.js';
import { withEitherSignal } from '../../concurrency/either-signal.js';
import { platformSignal } from '../../concurrency/lazy-signal.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import { abortedError, wasEnded } from '../aborted-error.js';
import type { MailDelivery, VerifyOptions } from '../mail-delivery.js';
import { bothFailed, isFailoverError } from './failover-errors.js';

/**
 * Checks a delivery and its fallback at the same time: a server that does not answer would leave no time for the other.
 * Resolves when mails can leave one way or the other.
 *
 * @throws {@link MailDeliveryError}
 */
export async function verifyBoth(
  primary: MailDelivery,
  fallback: MailDelivery,
  { signal, onDegraded }: VerifyOptions,
): Promise<void> {
  const secondEnded = new AbortController();
  const second = withEitherSignal(secondEnded.signal, signal, either =>
    problemOf(fallback, platformSignal(either)),
  );
  const first = await problemOf(primary, signal);
  if (first === undefined) {
    if (!onDegraded) return secondEnded.abort();
    const other = await second;
    if (isUnwanted(other)) throw other;
    if (other instanceof MailDeliveryError) onDegraded(other);
    return;
  }
  if (!isFailoverError(first) && !isTimeout(first)) {
    secondEnded.abort();
    throw first;
  }
  const other = await second;
  if (other === undefined) return onDegraded?.(first);
  throw other instanceof MailDeliveryError && !isUnwanted(other) ? bothFailed(first, other) : first;
}

/** What is wrong with a delivery; undefined when nothing is. One that does not listen to its signal is not waited for. */
async function problemOf(delivery: MailDelivery, signal: AbortSignal | undefined): Promise<unknown> {
  try {
    if (!signal) {
      await delivery.verify({});
      return undefined;
    }
    // A delivery of the application's own, perhaps written in JavaScript, may answer without a promise.
    await withAbortGrace(Promise.resolve(delivery.verify({ signal })), {
      signal,
      graceMs: ABORT_GRACE_MS.fallback,
      overdue: () => abortedError(signal, { phase: 'connect', retryable: true }),
    });
    return undefined;
  } catch (error) {
    return error ?? new Error('The delivery gives no reason.');
  }
}

/** Whether the time limit ended the check: counts as a server that cannot be reached. */
function isTimeout(error: unknown): error is MailDeliveryError {
  return error instanceof MailDeliveryError && error.code === 'EMAILTIMEOUT';
}

/** Whether the caller or a shutdown ended the check, so that its result is not wanted any more. */
function isUnwanted(error: unknown): error is MailDeliveryError {
  return error instanceof MailDeliveryError && wasEnded(error) && !isTimeout(error);
}
