import type { DeliveryOutcome, MailDelivery } from '../delivery/mail-delivery.js';
import type { MailReceipt } from '../delivery/mail-receipt.js';
import type { RejectedRecipient } from '../errors/mail-delivery-error.js';
import { MailDeliveryError } from '../errors/mail-delivery-error.js';
import type { ComposedMail } from '../message/composed-mail.js';
import type { DroppedRecipient } from '../message/recipient-policy.js';

/**
 * Delivers one message, or the several into which `MaxRecipientsOverflow` split it. When only some of several fail, the
 * receipt says so: an error alone would hide that others have their mail.
 *
 * @throws MailDeliveryError when nothing was delivered
 */
export async function deliverGroups(
  delivery: MailDelivery,
  mails: readonly ComposedMail[],
  dropped: readonly DroppedRecipient[],
  signal: AbortSignal,
): Promise<MailReceipt> {
  const delivered: MailReceipt[] = [];
  const failed: { mail: ComposedMail; error: unknown }[] = [];
  for (const mail of mails) {
    try {
      delivered.push(receiptOf(delivery, mail, await delivery.deliver(mail, { signal })));
    } catch (error) {
      failed.push({ mail, error });
    }
  }
  const [first] = delivered;
  if (!first) throw failed.length === 1 ? failed[0]?.error : nothingDelivered(failed);
  if (mails.length === 1) return { ...first, dropped };
  return {
    ...first,
    envelope: { from: first.envelope.from, to: mails.flatMap(mail => mail.envelope.to) },
    accepted: delivered.flatMap(receipt => receipt.accepted),
    rejected: [
      ...delivered.flatMap(receipt => receipt.rejected),
      ...failed.flatMap(({ mail, error }) => mail.envelope.to.map(address => rejection(address, error))),
    ],
    dropped,
    messages: delivered,
  };
}

function receiptOf(delivery: MailDelivery, mail: ComposedMail, outcome: DeliveryOutcome): MailReceipt {
  return {
    status: outcome.status,
    messageId: mail.messageId,
    via: delivery.name,
    envelope: mail.envelope,
    accepted: outcome.accepted,
    rejected: outcome.rejected ?? [],
    dropped: [],
    ...(outcome.file !== undefined && { file: outcome.file }),
    ...(outcome.response !== undefined && { response: outcome.response }),
  };
}

function rejection(address: string, error: unknown): RejectedRecipient {
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

/** One error for several messages of which none was taken: it must not promise more than the worst of them. */
function nothingDelivered(failed: readonly { mail: ComposedMail; error: unknown }[]): unknown {
  const first = failed[0]?.error;
  const recipients = failed.flatMap(({ mail, error }) =>
    mail.envelope.to.map(address => rejection(address, error)),
  );
  if (!(first instanceof MailDeliveryError)) return first;
  const can = (retryable: boolean | 'unknown'): boolean =>
    recipients.some(recipient => recipient.retryable === retryable);
  return new MailDeliveryError(
    first.code,
    `None of ${failed.length} messages was delivered. ${first.message}`,
    {
      ...first,
      retryable: can('unknown') ? 'unknown' : can(true),
      recipients,
      cause: first,
    },
  );
}
