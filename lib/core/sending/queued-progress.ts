import type { MailDelivery, QueuedMailProgress } from '../delivery/mail-delivery.js';
import type { MailReceipt } from '../delivery/mail-receipt.js';
import { MailMessageError } from '../errors/mail-message-error.js';
import { isOptionObject } from '../settings/options/value-kind.js';
import { boundedCheck } from './bounded-check.js';

/** A store that has not answered by then is not waited for. */
const LONGEST_LOOK_MS = 30_000;
/** Of several mails of one send: as long as one of them is on its way, the first of these that one of them is in. */
const ON_THE_WAY = ['active', 'waiting', 'delayed'] as const;

/**
 * Says how far the mails of a receipt have come in the queue that took them.
 *
 * @param given a receipt, or the id of a job
 * @param closing fires when the mailer ends
 * @returns undefined when the delivery keeps no account of its mails, or no queue took these
 * @throws MailMessageError `EMAILMESSAGE` for what is neither a receipt nor an id
 * @throws MailDeliveryError when the queue cannot be asked
 */
export async function queuedProgress(
  delivery: MailDelivery,
  given: MailReceipt | string,
  closing: AbortSignal,
): Promise<QueuedMailProgress | undefined> {
  const ids = jobIdsOf(given);
  if (!delivery.progress || ids.length === 0) return undefined;
  const found = await boundedCheck({ timeoutMs: LONGEST_LOOK_MS }, closing, () =>
    Promise.all(ids.map(async id => delivery.progress?.(id))),
  );
  return joined(found.filter(progress => progress !== undefined));
}

function jobIdsOf(given: unknown): string[] {
  if (typeof given === 'string' && given.trim() !== '') return [given];
  if (!isOptionObject(given) || !('accepted' in given))
    throw new MailMessageError(
      'EMAILMESSAGE',
      'receipt',
      'must be the receipt of a send, or the jobId that stands in it',
    );
  const parts: unknown = Reflect.get(given, 'messages');
  const receipts: unknown[] = Array.isArray(parts) && parts.length > 0 ? parts : [given];
  return [...new Set(receipts.map(jobIdOf).filter(id => typeof id === 'string'))];
}

/** A receipt may come back from JSON, and from anywhere. */
function jobIdOf(receipt: unknown): unknown {
  return isOptionObject(receipt) ? Reflect.get(receipt, 'jobId') : undefined;
}

function joined(parts: readonly QueuedMailProgress[]): QueuedMailProgress | undefined {
  const [first, ...others] = parts;
  if (!first || others.length === 0) return first;
  const reason = parts.find(part => part.reason !== undefined)?.reason;
  return {
    state: stateOf(parts),
    accepted: parts.flatMap(part => part.accepted),
    rejected: parts.flatMap(part => part.rejected),
    attempts: Math.max(...parts.map(part => part.attempts)),
    ...(reason !== undefined && { reason }),
  };
}

function stateOf(parts: readonly QueuedMailProgress[]): QueuedMailProgress['state'] {
  const states = new Set(parts.map(part => part.state));
  const [only] = states;
  if (only !== undefined && states.size === 1) return only;
  const onTheWay = ON_THE_WAY.find(state => states.has(state));
  if (onTheWay !== undefined) return onTheWay;
  // What is not known may be anything.
  return states.has('unknown') ? 'unknown' : 'partly';
}
