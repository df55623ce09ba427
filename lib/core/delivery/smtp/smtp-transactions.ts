import type { ComposedMail } from '../../mime/composed-mail.js';
import { NarrowedMail } from '../../mime/narrowed-mail.js';
import type { DeliveryOutcome } from '../mail-delivery.js';
import { rejectionsOf } from '../rejection-of.js';
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
  if (first.postponed.length === 0 || mail.spent === true) return outcomeOf(first);
  const parts = [outcomeOf(first, first.postponed)];
  let rest = first.postponed;
  while (rest.length > 0) {
    const further = new NarrowedMail(mail, inOrder(mail, rest));
    try {
      const next = await sendOnce(further, true);
      parts.push(outcomeOf(next, next.postponed));
      rest = next.postponed;
    } catch (error) {
      parts.push({ status: 'accepted', accepted: [], rejected: rejectionsOf(further, error) });
      break;
    }
  }
  return joined(mail, parts);
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
