import type { DeliveryOutcome, MailDelivery } from '../delivery/mail-delivery.js';
import type { MailReceipt } from '../delivery/mail-receipt.js';
import type { ComposedMail } from '../message/composed-mail.js';

/** The receipt of one mail that a delivery has taken. */
export function receiptOf(delivery: MailDelivery, mail: ComposedMail, outcome: DeliveryOutcome): MailReceipt {
  return {
    status: outcome.status,
    messageId: mail.messageId,
    via: outcome.via ?? delivery.name,
    envelope: mail.envelope,
    accepted: outcome.accepted,
    // A delivery of the application's own may leave it out.
    rejected: outcome.rejected ?? [],
    dropped: [],
    ...(outcome.file !== undefined && { file: outcome.file }),
    ...(outcome.fallback && { fallback: true }),
    ...(outcome.response !== undefined && { response: outcome.response }),
  };
}
