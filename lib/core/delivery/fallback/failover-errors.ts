import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import type { ComposedMail } from '../../mime/composed-mail.js';
import { wasEnded } from '../aborted-error.js';
import { failureSubject } from '../failure-subject.js';

/** Whether the delivery itself could not be used: nothing of the mail has left, and any other mail would fail too. */
export function isFailoverError(error: unknown): error is MailDeliveryError {
  return leftUndone(error) && ['server', 'login'].includes(failureSubject(error));
}

/** Whether a mail may still be given to the other delivery: nothing of it has left, by connection or as a file. */
export function nothingLeft(error: unknown): error is MailDeliveryError {
  return leftUndone(error) && failureSubject(error) !== 'mail';
}

function leftUndone(error: unknown): error is MailDeliveryError {
  return error instanceof MailDeliveryError && !wasEnded(error) && error.retryable !== 'unknown';
}

/** The error of two deliveries of which neither could be used. */
export function bothFailed(
  first: MailDeliveryError,
  second: MailDeliveryError,
  mail?: ComposedMail,
): MailDeliveryError {
  const headline = first.message.replace(/\.?$/, '.');
  return new MailDeliveryError(first.code, `${headline} The fallback failed too: ${second.message}`, {
    ...first,
    retryable: first.retryable === true || second.retryable === true,
    messageId: mail?.messageId,
    cause: new AggregateError([first, second], 'Neither the delivery nor its fallback could be used'),
  });
}
