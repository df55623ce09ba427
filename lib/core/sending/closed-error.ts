import { MailDeliveryError } from '../errors/mail-delivery-error.js';
import type { MailerEnd } from './mailer-end.js';

/**
 * The error of a send that the end of its mailer has refused or cut.
 *
 * @param known what was known of it; what the server has said stays true
 * @param end why the mailer takes no more mails
 * @param awaiting a sentence that says for whom the send waited. @default none
 */
export function closedError(
  known: Pick<MailDeliveryError, 'phase' | 'retryable'> & Partial<MailDeliveryError>,
  end: MailerEnd,
  awaiting?: string,
): MailDeliveryError {
  const outcome =
    known.retryable === 'unknown' ? 'it is not known whether the message was taken' : 'nothing was sent';
  const told = awaiting === undefined ? '' : ` ${awaiting}`;
  return new MailDeliveryError('EMAILCLOSED', `${end.sentence(outcome)}${told}`, {
    ...known,
    cause: undefined,
  });
}
