import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import type { ComposedMail } from '../../mime/composed-mail.js';
import { NarrowedMail } from '../../mime/narrowed-mail.js';
import type { DeliveryOutcome } from '../mail-delivery.js';
import { rejectionsOf, worstOf } from '../rejection-of.js';
import type { SmtpSendResult } from './send-result.js';

/** Sends a mail in one transaction. */
export type SendOnce = (mail: ComposedMail, further: boolean) => Promise<SmtpSendResult>;

/**
 * Sends a mail in as many transactions as the server wants: recipients that came too late in one follow in the next (RFC
 * 5321 4.5.3.1.10). What one transaction has brought stays, whatever becomes of the next.
 *
 * @throws what the first transaction throws
 */
export async function sendInTransactions(mail: ComposedMail, sendOnce: SendOnce): Promise<DeliveryOutcome> {
  const first = await sendOnce(mail, false);
  // Nearly every mail ends here.
  if (first.postponed.length === 0 || (mail.spent === true && first.accepted.length > 0))
    return outcomeOf(first);
  const parts = [outcomeOf(first, first.postponed)];
  let rest = inOrder(mail, first.postponed);
  let most = first.most ?? Infinity;
  let failure: unknown;
  while (rest.length > 0) {
    const further = new NarrowedMail(mail, rest.slice(0, most));
    const later = rest.slice(most);
    try {
      const next = await sendOnce(further, true);
      most = Math.min(most, next.most ?? Infinity);
      // Each further transaction has to bring something, or the server would be asked for ever.
      const again = next.accepted.length > 0 || most < further.envelope.to.length;
      parts.push(outcomeOf(next, again ? next.postponed : []));
      rest = again && next.postponed.length > 0 ? inOrder(mail, [...next.postponed, ...later]) : later;
    } catch (error) {
      failure = error;
      parts.push({
        status: 'accepted',
        accepted: [],
        rejected: rejectionsOf(new NarrowedMail(mail, rest), error),
      });
      break;
    }
  }
  const outcome = joined(mail, parts);
  if (outcome.accepted.length === 0 && failure !== undefined) throw withAll(failure, outcome);
  return outcome;
}

/** The failure of the last transaction, with what the others have brought for each recipient. */
function withAll(failure: unknown, { rejected }: DeliveryOutcome): unknown {
  if (!(failure instanceof MailDeliveryError)) return failure;
  return new MailDeliveryError(failure.code, failure.message, {
    ...failure,
    retryable: worstOf(rejected),
    recipients: rejected,
    cause: failure.cause,
  });
}

/** @param open recipients of whom nothing is decided yet */
function outcomeOf(
  { accepted, rejected, response }: SmtpSendResult,
  open: readonly string[] = [],
): DeliveryOutcome {
  const left = new Set(open);
  const decided = left.size === 0 ? rejected : rejected.filter(({ address }) => !left.has(address));
  return { status: 'accepted', accepted, rejected: decided, response };
}

function joined(mail: ComposedMail, parts: readonly DeliveryOutcome[]): DeliveryOutcome {
  const taken = parts.filter(({ accepted }) => accepted.length > 0);
  const rejected = new Map(parts.flatMap(part => part.rejected.map(one => [one.address, one])));
  const accepted = new Set(taken.flatMap(part => part.accepted));
  const { response } = taken[0] ?? {};
  return {
    status: 'accepted',
    accepted: mail.envelope.to.filter(address => accepted.has(address)),
    rejected: mail.envelope.to.flatMap(address => rejected.get(address) ?? []),
    ...(response !== undefined && { response }),
    ...(taken.length > 1 && { parts: taken }),
  };
}

function inOrder({ envelope }: ComposedMail, addresses: readonly string[]): string[] {
  const wanted = new Set(addresses);
  return envelope.to.filter(address => wanted.has(address));
}
