import type { LazySignal } from '../concurrency/lazy-signal.js';
import { pause } from '../concurrency/pause.js';
import { abortedError, wasEnded } from '../delivery/aborted-error.js';
import { deliverOptions } from '../delivery/lazy-deliver-options.js';
import type { DeliveryOutcome, MailDelivery, QueuedDeliverOptions } from '../delivery/mail-delivery.js';
import type { MailReceipt } from '../delivery/mail-receipt.js';
import { receiptOf } from '../delivery/receipt-of.js';
import { rejectionsOf, worstOf } from '../delivery/rejection-of.js';
import type { RejectedRecipient } from '../errors/mail-delivery-error.js';
import { MailDeliveryError } from '../errors/mail-delivery-error.js';
import type { ComposedMail } from '../mime/composed-mail.js';
import { NarrowedMail } from '../mime/narrowed-mail.js';
import { redactorOf } from '../mime/redact-for.js';
import type { Redactor } from '../redaction/redact.js';
import type { RetryPolicy } from './retry-policy.js';

/** How one mail is delivered. */
export interface DispatchOptions {
  /** Ends the delivery, and the wait between two tries. */
  readonly signal: LazySignal;
  readonly retry: RetryPolicy;
  /** What the delivery is told, where it is a queue. */
  readonly queue?: QueuedDeliverOptions;
  /** Who is told of further tries. @default nobody */
  readonly listener?: RetryListener;
}

/** Who is told of further tries of one mail. */
export interface RetryListener {
  /** A further try is about to come, after a wait. */
  retrying(retry: UpcomingRetry): void;
  /** That wait is over, and the try begins. */
  triesAgain(): void;
}

/** A further try that is about to come. */
export interface UpcomingRetry {
  readonly messageId: string;
  /** Tries made so far. */
  readonly tries: number;
  readonly waitMs: number;
  /** Who is tried again, and why. */
  readonly recipients: readonly RejectedRecipient[];
}

/** What one try brought: recipients that were taken, recipients that were not. */
interface Try {
  readonly receipt?: MailReceipt;
  readonly refused: readonly RejectedRecipient[];
  readonly error?: unknown;
}

/**
 * Delivers one mail, with further tries as the policy allows: for recipients that surely do not have it, never for
 * others. When some have it and others do not, the receipt says so: an error alone would hide that.
 *
 * @throws MailDeliveryError when nobody has it, or when that is not known
 */
export function deliverMail(
  delivery: MailDelivery,
  mail: ComposedMail,
  options: DispatchOptions,
): Promise<MailReceipt> {
  // No `await`, whose frame would be held by each of the thousands that may wait, and one promise: nearly every mail ends with
  // its first try.
  return handedOver(delivery, mail, options).then(
    outcome => afterFirst(delivery, mail, options, triedOnce(delivery, mail, outcome)),
    (error: unknown) => afterFirst(delivery, mail, options, failedOnce(mail, error)),
  );
}

function afterFirst(
  delivery: MailDelivery,
  mail: ComposedMail,
  options: DispatchOptions,
  first: Try,
): MailReceipt | Promise<MailReceipt> {
  return first.receipt && first.refused.length === 0
    ? first.receipt
    : settled(delivery, mail, options, first);
}

/** What comes behind a first try that was not all. */
async function settled(
  delivery: MailDelivery,
  mail: ComposedMail,
  options: DispatchOptions,
  first: Try,
): Promise<MailReceipt> {
  const taken: MailReceipt[] = [];
  const lost: RejectedRecipient[] = [];
  let pending = mail;
  let failure: unknown;
  let tries = 0;
  for (let result = first; ; result = await tryAgain(delivery, pending, options)) {
    const { receipt, refused, error } = result;
    tries++;
    if (receipt) taken.push(receipt);
    failure = error;
    const known = new Set(pending.envelope.to);
    // A queue knows a mail that it has by its Message-ID: put into it for the others it would be a duplicate.
    const isQueued = delivery.queues === true && receipt?.status === 'queued';
    const may = !isQueued && mayTryAgain(error, pending, options, tries);
    const again: RejectedRecipient[] = [];
    for (const recipient of refused)
      (may && recipient.retryable === true && known.has(recipient.address) ? again : lost).push(recipient);
    if (again.length === 0) break;
    if (!(await waited(options, { messageId: mail.messageId, tries, recipients: again }))) {
      for (const recipient of again) lost.push(recipient);
      failure = cutWhileWaiting(options.signal, failure, mail);
      break;
    }
    options.listener?.triesAgain();
    const remaining = new Set(again.map(recipient => recipient.address));
    pending = narrowed(mail, remaining);
  }
  const places = new Map(mail.envelope.to.map((address, place) => [address, place]));
  const placeOf = ({ address }: RejectedRecipient): number => places.get(address) ?? places.size;
  lost.sort((left, right) => placeOf(left) - placeOf(right));
  const [delivered] = taken;
  if (!delivered) {
    const settledEarlier = lost.length > pending.envelope.to.length;
    throw tries === 1 && failure !== undefined ? failure : finalError(failure, lost, tries, settledEarlier);
  }
  return {
    ...delivered,
    envelope: mail.envelope,
    accepted: taken.flatMap(receipt => receipt.accepted),
    rejected: lost,
    ...(taken.length > 1 && { messages: taken.flatMap(receipt => receipt.messages ?? [receipt]) }),
  };
}

/** A further try; never rejects. */
function tryAgain(delivery: MailDelivery, mail: ComposedMail, options: DispatchOptions): Promise<Try> {
  return handedOver(delivery, mail, options).then(
    outcome => triedOnce(delivery, mail, outcome),
    (error: unknown) => failedOnce(mail, error),
  );
}

/** Hands a mail over; rejects where that cannot be done. */
function handedOver(
  delivery: MailDelivery,
  mail: ComposedMail,
  { signal, queue }: DispatchOptions,
): Promise<DeliveryOutcome> {
  try {
    // A delivery of the application's own may not look.
    if (signal.aborted)
      throw abortedError(signal, { phase: 'connect', retryable: true, messageId: mail.messageId });
    // A delivery of the application's own may answer without a promise.
    return Promise.resolve(delivery.deliver(mail, deliverOptions(delivery, signal, queue)));
  } catch (error) {
    return Promise.reject(error);
  }
}

/** What became of a mail that was handed over; never throws, whatever a delivery of the application's own has answered. */
function triedOnce(delivery: MailDelivery, mail: ComposedMail, outcome: DeliveryOutcome): Try {
  try {
    const receipt = receiptOf(delivery, mail, redacted(outcome, redactorOf(mail)));
    if (receipt.accepted.length === 0) throw nobodyTaken(delivery, receipt);
    return { receipt, refused: receipt.rejected };
  } catch (error) {
    return failedOnce(mail, error);
  }
}

function failedOnce(mail: ComposedMail, error: unknown): Try {
  return { error, refused: rejectionsOf(mail, error) };
}

/** A delivery of the application's own may hand on what its server has said as it came. */
function redacted(outcome: DeliveryOutcome, redact: Redactor): DeliveryOutcome {
  const { response, rejected = [], parts } = outcome;
  if (response === undefined && rejected.length === 0) return outcome;
  return {
    ...outcome,
    ...(response !== undefined && { response: redact(response) }),
    ...(rejected.length > 0 && { rejected: rejected.map(one => withRedacted(one, redact)) }),
    ...(parts && { parts: parts.map(part => redacted(part, redact)) }),
  };
}

function withRedacted(recipient: RejectedRecipient, redact: Redactor): RejectedRecipient {
  const { response } = recipient;
  return response === undefined ? recipient : { ...recipient, response: redact(response) };
}

function mayTryAgain(error: unknown, mail: ComposedMail, options: DispatchOptions, tries: number): boolean {
  if (tries >= options.retry.attempts || options.signal.aborted || mail.spent) return false;
  // A statement that has failed ends the caller's transaction.
  if (options.queue?.transaction !== undefined) return false;
  return error === undefined || (error instanceof MailDeliveryError && !wasEnded(error));
}

/** Whether the wait was not cut short. */
async function waited(options: DispatchOptions, retry: Omit<UpcomingRetry, 'waitMs'>): Promise<boolean> {
  const waitMs = options.retry.waitMs(retry.tries);
  options.listener?.retrying({ ...retry, waitMs });
  try {
    await pause(waitMs, options.signal);
    return true;
  } catch {
    return false;
  }
}

function narrowed(mail: ComposedMail, remaining: ReadonlySet<string>): ComposedMail {
  const to = mail.envelope.to.filter(address => remaining.has(address));
  return to.length === mail.envelope.to.length ? mail : new NarrowedMail(mail, to);
}

function cutWhileWaiting(signal: LazySignal, last: unknown, mail: ComposedMail): MailDeliveryError {
  const known = last instanceof MailDeliveryError ? last : undefined;
  return abortedError(signal, {
    ...known,
    phase: known?.phase ?? 'envelope',
    retryable: true,
    messageId: mail.messageId,
  });
}

/** A delivery may resolve only when it has taken the mail for somebody; one that has not is held to what it says. */
function nobodyTaken({ name }: MailDelivery, { messageId, rejected }: MailReceipt): MailDeliveryError {
  return new MailDeliveryError('EMAILENVELOPE', `The delivery ${name} took the mail for no recipient.`, {
    phase: 'envelope',
    retryable: worstOf(rejected),
    recipients: rejected,
    messageId,
  });
}

/** The last failure, with what earlier tries have brought for each recipient, where any of them was refused. */
function finalError(
  last: unknown,
  lost: readonly RejectedRecipient[],
  tries: number,
  settledEarlier: boolean,
): unknown {
  if (!(last instanceof MailDeliveryError)) return last;
  return new MailDeliveryError(last.code, `${last.message} It was tried ${tries} times.`, {
    ...last,
    retryable: worstOf(lost),
    ...((settledEarlier || last.recipients) && { recipients: lost }),
    cause: last.cause,
  });
}
