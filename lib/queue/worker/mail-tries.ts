import { failureSubject } from '../../core/delivery/failure-subject.js';
import type { GatedDelivery } from '../../core/delivery/gate/gated-delivery.js';
import type { UnconfirmedSlot } from '../../core/delivery/gate/unconfirmed-limit.js';
import type { RecipientVerdict } from '../../core/delivery/recipient-verdict.js';
import {
  allDeferred,
  NOTHING_TRIED,
  verdictOfError,
  verdictOfOutcome,
} from '../../core/delivery/recipient-verdict.js';
import { errnoOf, isOrComesFrom, messageOf } from '../../core/errors/error-facts.js';
import { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import { MailError } from '../../core/errors/mail-error.js';
import type { QueuedMail } from '../job/queued-mail.js';

/** What a try came to. */
export type TryVerdict =
  | (RecipientVerdict & { readonly fallback: boolean })
  /** No mail can be sent now, because of the server, of the settings or of the pickup directory. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** The mail did not get its turn, or has another record by now: nothing was found out of it. */
  | { readonly kind: 'undecided' }
  /** The worker ends. */
  | { readonly kind: 'stopped' }
  /** Another worker may have the job. */
  | { readonly kind: 'lost' };

/** One word for what a try came to, for traces. */
export function verdictName(verdict: TryVerdict): string {
  if (verdict.kind !== 'decided') return verdict.kind;
  if (verdict.deferred.length > 0) return 'deferred';
  if (verdict.refused.length === 0) return 'delivered';
  return verdict.delivered.length > 0 ? 'partly' : 'failed';
}

/**
 * Tries once.
 *
 * @param to the recipients that have still to get the mail
 * @param beforeEnd called just before the end of the mail is sent
 */
export async function tryMail(
  delivery: GatedDelivery,
  mail: QueuedMail,
  to: readonly string[],
  slot: UnconfirmedSlot,
  beforeEnd: () => Promise<void>,
): Promise<TryVerdict> {
  try {
    const outcome = await delivery.deliver(mail, to, slot, beforeEnd);
    return { ...verdictOfOutcome(outcome, to), fallback: outcome.fallback ?? false };
  } catch (error) {
    return verdictOfFailure(error, to, slot);
  }
}

function verdictOfFailure(error: unknown, to: readonly string[], slot: UnconfirmedSlot): TryVerdict {
  if (isOrComesFrom(error, 'JobLockLostError')) return { kind: 'lost' };
  if (isOrComesFrom(error, 'WorkerStoppingError')) return { kind: 'stopped' };
  if (isOrComesFrom(error, 'StaleJobError')) return { kind: 'undecided' };
  if (!(error instanceof MailDeliveryError)) return { ...verdictOfOther(error, to), fallback: false };
  if (error.code === 'EMAILCLOSED' || error.code === 'EMAILABORTED') return { kind: 'stopped' };
  // What took too long was another mail: the outcome of that one could not be put on record.
  if (error.code === 'EMAILTIMEOUT' && slot.isWaiting) return { kind: 'undecided' };
  if (concernsEveryMail(error)) return { kind: 'unavailable', reason: error.message };
  return { ...verdictOfError(error, to), fallback: false };
}

/** What is no failure of a delivery: a mail that cannot be written as the settings want it, or something unforeseen. */
function verdictOfOther(error: unknown, to: readonly string[]): RecipientVerdict {
  if (!(error instanceof MailError)) return allDeferred(to, messageOf(error));
  return { ...NOTHING_TRIED, refused: to.map(address => ({ address, reason: error.message })) };
}

function concernsEveryMail(error: MailDeliveryError): boolean {
  const subject = failureSubject(error);
  if (subject !== 'folder') return subject !== 'mail';
  // A file that may have been published is no fault of the folder's, nor is a mail that is too large for it.
  return error.retryable !== 'unknown' && errnoOf(error.cause) !== 'EFBIG';
}
