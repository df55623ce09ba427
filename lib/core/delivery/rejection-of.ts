import type { RejectedRecipient } from '../errors/mail-delivery-error.js';
import { MailDeliveryError } from '../errors/mail-delivery-error.js';
import type { ComposedMail } from '../mime/composed-mail.js';
import { redactorOf } from '../mime/redact-for.js';
import { visible } from '../redaction/printable.js';
import { withoutPaths } from '../redaction/redact.js';

/** What a failed delivery of a mail means for each of its recipients. */
export function rejectionsOf(mail: ComposedMail, error: unknown): RejectedRecipient[] {
  const addresses = mail.envelope.to;
  if (!(error instanceof MailDeliveryError)) {
    // Whatever a delivery of the application's own has thrown.
    const response = visible(withoutPaths(redactorOf(mail)(String(error))));
    return addresses.map(address => ({ address, response, retryable: false }));
  }
  const own = new Map(error.recipients?.map(recipient => [recipient.address, recipient]));
  const { responseCode, enhancedCode } = error;
  const response = error.response ?? error.message;
  return addresses.map(
    address =>
      own.get(address) ?? {
        address,
        response,
        retryable: error.retryable,
        ...(responseCode !== undefined && { code: responseCode }),
        ...(enhancedCode !== undefined && { enhancedCode }),
      },
  );
}

/** What can be promised of several recipients together: no more than of the worst of them. */
export function worstOf(recipients: readonly RejectedRecipient[]): boolean | 'unknown' {
  const some = (retryable: boolean | 'unknown'): boolean =>
    recipients.some(recipient => recipient.retryable === retryable);
  return some('unknown') ? 'unknown' : some(true);
}
