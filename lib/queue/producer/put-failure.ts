import { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import { visible } from '../../core/redaction/printable.js';
import type { StoreUnavailableError } from '../store/store-unavailable-error.js';

/** Where a mail could not be put: the store of the queue, or the folder for large mails. */
export type FailedPlace = 'store' | 'folder';

/**
 * The error of a mail that could not be put into a queue. What may be in the queue goes no second way, and what is about this mail
 * alone keeps no other one from the queue.
 *
 * @param label of the store
 */
export function putFailure(
  error: StoreUnavailableError,
  place: FailedPlace,
  label: string,
  messageId: string,
): MailDeliveryError {
  const { maybeWritten, mailAlone, message } = error;
  const words = visible(message).replace(/\.$/, '');
  const unreachable = place === 'store' && !mailAlone;
  const outcome = maybeWritten
    ? 'The mail may have been put into it; another try must keep its Message-ID or idempotencyKey.'
    : 'Nothing was put into it.';
  return new MailDeliveryError(
    unreachable ? 'EMAILCONNECT' : 'EMAILWRITE',
    `The queue ${label} ${mailAlone ? 'did not take the mail' : 'cannot be used'}: ${words}. ${outcome}`,
    {
      phase: unreachable ? 'connect' : 'write',
      retryable: maybeWritten ? 'unknown' : true,
      messageId,
      cause: error,
    },
  );
}

/** The error of a mail that comes while its queue is being closed. */
export function closedFailure(label: string, messageId: string): MailDeliveryError {
  return new MailDeliveryError(
    'EMAILCLOSED',
    `The mailer is shutting down; the mail was not put into the queue ${label}.`,
    { phase: 'connect', retryable: true, messageId },
  );
}
