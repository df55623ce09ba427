import type { MailDelivery } from '../delivery/mail-delivery.js';
import type { MailReceipt } from '../delivery/mail-receipt.js';
import { rejectionsOf, worstOf } from '../delivery/rejection-of.js';
import { MailDeliveryError } from '../errors/mail-delivery-error.js';
import type { ComposedMail } from '../mime/composed-mail.js';
import type { DispatchOptions } from './deliver-mail.js';
import { deliverMail } from './deliver-mail.js';

/**
 * Delivers one message, or the several into which `MaxRecipientsOverflow` split it. When only some of several fail, the
 * receipt says so: an error alone would hide that others have their mail.
 *
 * @throws MailDeliveryError when nothing was delivered
 */
export function deliverGroups(
  delivery: MailDelivery,
  mails: readonly ComposedMail[],
  options: DispatchOptions,
): Promise<MailReceipt> {
  const [only, second] = mails;
  return only && !second ? deliverMail(delivery, only, options) : deliverSeveral(delivery, mails, options);
}

async function deliverSeveral(
  delivery: MailDelivery,
  mails: readonly ComposedMail[],
  options: DispatchOptions,
): Promise<MailReceipt> {
  const delivered: MailReceipt[] = [];
  const failed: { mail: ComposedMail; error: unknown }[] = [];
  const { queue } = options;
  for (const [part, mail] of mails.entries()) {
    try {
      delivered.push(
        await deliverMail(delivery, mail, queue ? { ...options, queue: { ...queue, part } } : options),
      );
    } catch (error) {
      failed.push({ mail, error });
    }
  }
  const [first] = delivered;
  if (!first) throw failed.length === 1 ? failed[0]?.error : nothingDelivered(failed);
  const { duplicate: _duplicate, ...taken } = first;
  return {
    ...taken,
    // Of several mails some may be new: with more of them than at the send before, or when that had failed in between.
    ...(failed.length === 0 && delivered.every(receipt => receipt.duplicate) && { duplicate: true }),
    envelope: { from: first.envelope.from, to: mails.flatMap(mail => mail.envelope.to) },
    accepted: delivered.flatMap(receipt => receipt.accepted),
    rejected: [
      ...delivered.flatMap(receipt => receipt.rejected),
      ...failed.flatMap(({ mail, error }) => rejectionsOf(mail, error)),
    ],
    messages: delivered.flatMap(receipt => receipt.messages ?? [receipt]),
  };
}

/** One error for several messages of which none was taken: it must not promise more than the worst of them. */
function nothingDelivered(failed: readonly { mail: ComposedMail; error: unknown }[]): unknown {
  const first = failed[0]?.error;
  const recipients = failed.flatMap(({ mail, error }) => rejectionsOf(mail, error));
  if (!(first instanceof MailDeliveryError)) return first;
  return new MailDeliveryError(
    first.code,
    `None of ${failed.length} messages was delivered. ${first.message}`,
    { ...first, retryable: worstOf(recipients), recipients, cause: first },
  );
}
