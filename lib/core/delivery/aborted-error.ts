import type { AnySignal } from '../concurrency/lazy-signal.js';
import { isTimeoutError } from '../concurrency/timeout-error.js';
import { messageOf } from '../errors/error-facts.js';
import type { MailDeliveryErrorCode, MailDeliveryErrorDetails } from '../errors/mail-delivery-error.js';
import { MailDeliveryError } from '../errors/mail-delivery-error.js';

const ENDED: ReadonlySet<MailDeliveryErrorCode> = new Set(['EMAILABORTED', 'EMAILTIMEOUT', 'EMAILCLOSED']);

/**
 * The error of a send that its signal ended: by the caller, or by a time limit.
 *
 * @param awaiting a sentence on what had not answered. @default not said
 */
export function abortedError(
  signal: Pick<AnySignal, 'reason'>,
  details: Omit<MailDeliveryErrorDetails, 'cause'>,
  awaiting?: string,
): MailDeliveryError {
  const reason: unknown = signal.reason;
  const timedOut = isTimeoutError(reason);
  const outcome =
    details.retryable === 'unknown'
      ? 'the message had been handed over and may have been accepted'
      : 'nothing was delivered';
  return new MailDeliveryError(
    timedOut ? 'EMAILTIMEOUT' : 'EMAILABORTED',
    (timedOut
      ? `${messageOf(reason)} and was cut; ${outcome}.`
      : `The send was aborted by its caller; ${outcome}.`) + (awaiting === undefined ? '' : ` ${awaiting}`),
    { ...details, cause: reason },
  );
}

/** Whether the caller, a time limit or a shutdown has ended the send: another try is not wanted. */
export function wasEnded(error: MailDeliveryError): boolean {
  return ENDED.has(error.code);
}
