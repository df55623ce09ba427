import type { MailDeliveryError, RejectedRecipient } from '../errors/mail-delivery-error.js';
import type { DeliveryOutcome } from './mail-delivery.js';

/** A recipient that did not get a mail, and why. */
export interface UndeliveredRecipient {
  readonly address: string;
  /** What the server said, or why it was not asked. */
  readonly reason: string;
}

/** What a try has brought for each recipient. */
export interface RecipientVerdict {
  readonly kind: 'decided';
  /** Who has the mail. */
  readonly delivered: readonly string[];
  /** Whom the server refused for good. */
  readonly refused: readonly UndeliveredRecipient[];
  /** Who waits for another try. */
  readonly deferred: readonly UndeliveredRecipient[];
}

/** What is known when nothing was tried. */
export const NOTHING_TRIED: RecipientVerdict = { kind: 'decided', delivered: [], refused: [], deferred: [] };

/**
 * What a delivery that resolved came to. A recipient that its outcome does not name does not have the mail.
 *
 * @param to the recipients that were tried
 */
export function verdictOfOutcome(
  { accepted, rejected }: DeliveryOutcome,
  to: readonly string[],
): RecipientVerdict {
  const has = new Set(accepted);
  const delivered = to.filter(address => has.has(address));
  const others = to.filter(address => !has.has(address));
  return { ...byRecipient(rejected, others, 'The server said nothing about this recipient'), delivered };
}

/**
 * What a delivery that rejected came to, where that concerns this mail alone.
 *
 * @param to the recipients that were tried
 */
export function verdictOfError(error: MailDeliveryError, to: readonly string[]): RecipientVerdict {
  return byRecipient(error.recipients ?? [], to, error.response ?? error.message, error.retryable === false);
}

/** Everybody is to be tried again. */
export function allDeferred(to: readonly string[], reason: string): RecipientVerdict {
  return { ...NOTHING_TRIED, deferred: to.map(address => ({ address, reason })) };
}

function byRecipient(
  recipients: readonly RejectedRecipient[],
  to: readonly string[],
  reason: string,
  othersRefused = false,
): RecipientVerdict {
  const named = new Map(recipients.map(recipient => [recipient.address, recipient]));
  const refused: UndeliveredRecipient[] = [];
  const deferred: UndeliveredRecipient[] = [];
  for (const address of to) {
    const own = named.get(address);
    const list = (own ? own.retryable === false : othersRefused) ? refused : deferred;
    list.push(own ? undelivered(own) : { address, reason });
  }
  return { ...NOTHING_TRIED, refused, deferred };
}

function undelivered({ address, response, code }: RejectedRecipient): UndeliveredRecipient {
  return { address, reason: response ?? (code === undefined ? 'refused by the server' : String(code)) };
}
