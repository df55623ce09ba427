import type { RejectedRecipient } from '../errors/mail-delivery-error.js';
import { MailDeliveryError } from '../errors/mail-delivery-error.js';

/** What a failed delivery means for one recipient. */
export function rejectionOf(address: string, error: unknown): RejectedRecipient {
  if (!(error instanceof MailDeliveryError)) return { address, response: String(error), retryable: false };
  const own = error.recipients?.find(recipient => recipient.address === address);
  if (own) return own;
  const { responseCode, enhancedCode } = error;
  return {
    address,
    response: error.response ?? error.message,
    retryable: error.retryable,
    ...(responseCode !== undefined && { code: responseCode }),
    ...(enhancedCode !== undefined && { enhancedCode }),
  };
}

/** What can be promised of several recipients together: no more than of the worst of them. */
export function worstOf(recipients: readonly RejectedRecipient[]): boolean | 'unknown' {
  const some = (retryable: boolean | 'unknown'): boolean =>
    recipients.some(recipient => recipient.retryable === retryable);
  return some('unknown') ? 'unknown' : some(true);
}
