import { MailDeliveryError } from '../errors/mail-delivery-error.js';

/**
 * The error of a send that the shutdown has refused or cut.
 *
 * @param known what was known of it; what the server has said stays true
 */
export function closedError(
  known: Pick<MailDeliveryError, 'phase' | 'retryable'> & Partial<MailDeliveryError>,
): MailDeliveryError {
  const outcome =
    known.retryable === 'unknown' ? 'it is not known whether the message was taken' : 'nothing was sent';
  return new MailDeliveryError('EMAILCLOSED', `The mailer is shutting down; ${outcome}.`, {
    ...known,
    cause: undefined,
  });
}
