import { isErrorLike, messageOf } from '../errors/error-facts.js';
import type { MailDeliveryErrorDetails } from '../errors/mail-delivery-error.js';
import { MailDeliveryError } from '../errors/mail-delivery-error.js';

/** The error of a send that its signal ended: by the caller, or by a time limit. */
export function abortedError(
  signal: AbortSignal,
  details: Omit<MailDeliveryErrorDetails, 'cause'>,
): MailDeliveryError {
  const reason: unknown = signal.reason;
  const timedOut = isErrorLike(reason) && reason.name === 'TimeoutError';
  const outcome =
    details.retryable === 'unknown'
      ? 'the message had been handed over and may have been accepted'
      : 'nothing was delivered';
  return new MailDeliveryError(
    timedOut ? 'EMAILTIMEOUT' : 'EMAILABORTED',
    timedOut
      ? `${messageOf(reason)} and was cut; ${outcome}.`
      : `The send was aborted by its caller; ${outcome}.`,
    { ...details, cause: reason },
  );
}
