import type { DeliveryOutcome } from '../../core/delivery/mail-delivery.js';
import { isErrorLike, messageOf } from '../../core/errors/error-facts.js';
import type { RejectedRecipient } from '../../core/errors/mail-delivery-error.js';
import { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import type { UndeliveredRecipient } from '../spool/mail-states.js';

/** What a try to deliver came to. */
export type Verdict =
  /** The server has decided about the recipients. */
  | {
      readonly kind: 'decided';
      readonly delivered: readonly string[];
      readonly refused: readonly UndeliveredRecipient[];
      readonly deferred: readonly UndeliveredRecipient[];
    }
  /** The server, or the settings, stand in the way of every mail. */
  | { readonly kind: 'unusable'; readonly reason: string }
  /** The file changed before its end was sent: its writer was not finished. */
  | { readonly kind: 'unfinished' }
  /** The relay was stopped. */
  | { readonly kind: 'stopped' };

/** The relay was stopped before it was the mail's turn to be ended: nothing of it has been taken. */
export class HeldBackError extends Error {
  override readonly name = 'HeldBackError';
}

/** A claimed file is not what it was when it was claimed. */
export class FileChangedError extends Error {
  override readonly name = 'FileChangedError';
}

/** Replies that ask for a login or for TLS (RFC 4954 6, RFC 3207 4): about the settings, whatever command they answer. */
const ABOUT_THE_SETTINGS: ReadonlySet<number> = new Set([530, 534, 535, 538]);

/**
 * What a delivery that resolved came to. A recipient of whom it says nothing does not have the mail.
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
  if (isOrComesFrom(error, 'HeldBackError')) return { kind: 'stopped' };
  if (!(error instanceof MailDeliveryError)) return allDeferred(to, messageOf(error));
  if (error.code === 'EMAILCLOSED' || error.code === 'EMAILABORTED') return { kind: 'stopped' };
  if (isUnusable(error)) return { kind: 'unusable', reason: error.message };
  const reason = error.response ?? error.message;
  return byRecipient(error.recipients ?? [], to, reason, error.retryable === false);
}

const NOTHING = { kind: 'decided', delivered: [], refused: [], deferred: [] } as const;

function byRecipient(
  recipients: readonly RejectedRecipient[],
  to: readonly string[],
  reason: string,
  othersRefused = false,
): Extract<Verdict, { kind: 'decided' }> {
  const named = new Map(recipients.map(recipient => [recipient.address, recipient]));
  const refused: UndeliveredRecipient[] = [];
  const deferred: UndeliveredRecipient[] = [];
  for (const address of to) {
    const own = named.get(address);
    const list = (own ? own.retryable === false : othersRefused) ? refused : deferred;
    list.push(own ? undelivered(own) : { address, reason });
  }
  return { ...NOTHING, refused, deferred };
}

function allDeferred(to: readonly string[], reason: string): Verdict {
  return { ...NOTHING, deferred: to.map(address => ({ address, reason })) };
}

function isUnusable({ phase, responseCode }: MailDeliveryError): boolean {
  return (
    phase === 'connect' ||
    phase === 'tls' ||
    phase === 'auth' ||
    (responseCode !== undefined && ABOUT_THE_SETTINGS.has(responseCode))
  );
}

/** Deliveries wrap what stops them from reading a mail. */
function isOrComesFrom(error: unknown, name: string): boolean {
  if (!isErrorLike(error)) return false;
  return error.name === name || (isErrorLike(error.cause) && error.cause.name === name);
}

function undelivered({ address, response, code }: RejectedRecipient): UndeliveredRecipient {
  return { address, reason: response ?? (code === undefined ? 'refused by the server' : String(code)) };
}
