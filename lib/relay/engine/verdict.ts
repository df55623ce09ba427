import { failureSubject } from '../../core/delivery/failure-subject.js';
import type { DeliveryOutcome } from '../../core/delivery/mail-delivery.js';
import { isErrorLike, messageOf } from '../../core/errors/error-facts.js';
import type { RejectedRecipient } from '../../core/errors/mail-delivery-error.js';
import { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import type { UndeliveredRecipient } from '../spool/mail-states.js';
import { tooManyFiles } from './relay-trouble.js';

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

/** What a try to deliver a mail came to. */
export type Verdict =
  | RecipientVerdict
  /** No mail can be sent now, because of the server or of the settings. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** This process or machine has too many open files: nothing was found out of the server. */
  | { readonly kind: 'hindered'; readonly error: Error }
  /** The file changed before the end of the mail was sent: its writer was not finished. */
  | { readonly kind: 'unfinished' }
  /** The relay was stopped. */
  | { readonly kind: 'stopped' };

/**
 * What a delivery that resolved came to. A recipient that its outcome does not name does not have the mail.
 *
 * @param to the recipients that were tried
 */
export function verdictOf({ accepted, rejected }: DeliveryOutcome, to: readonly string[]): Verdict {
  const has = new Set(accepted);
  const delivered = to.filter(address => has.has(address));
  const others = to.filter(address => !has.has(address));
  return { ...byRecipient(rejected, others, 'The server said nothing about this recipient'), delivered };
}

/**
 * What a delivery that rejected came to.
 *
 * @param to the recipients that were tried
 */
export function verdictOfFailure(error: unknown, to: readonly string[]): Verdict {
  if (isOrComesFrom(error, 'FileChangedError')) return { kind: 'unfinished' };
  if (isOrComesFrom(error, 'RelayStoppingError')) return { kind: 'stopped' };
  if (!(error instanceof MailDeliveryError)) return allDeferred(to, messageOf(error));
  if (error.code === 'EMAILCLOSED' || error.code === 'EMAILABORTED') return { kind: 'stopped' };
  const hindrance = tooManyFiles(error);
  if (hindrance) return { kind: 'hindered', error: hindrance };
  if (['server', 'login'].includes(failureSubject(error)))
    return { kind: 'unavailable', reason: error.message };
  const reason = error.response ?? error.message;
  return byRecipient(error.recipients ?? [], to, reason, error.retryable === false);
}

/** What is known when nothing was tried. */
export const NOTHING_TRIED: RecipientVerdict = { kind: 'decided', delivered: [], refused: [], deferred: [] };

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

function allDeferred(to: readonly string[], reason: string): Verdict {
  return { ...NOTHING_TRIED, deferred: to.map(address => ({ address, reason })) };
}

/** Deliveries wrap the error that ended the reading of a mail. */
function isOrComesFrom(error: unknown, name: string): boolean {
  if (!isErrorLike(error)) return false;
  return error.name === name || (isErrorLike(error.cause) && error.cause.name === name);
}

function undelivered({ address, response, code }: RejectedRecipient): UndeliveredRecipient {
  return { address, reason: response ?? (code === undefined ? 'refused by the server' : String(code)) };
}
