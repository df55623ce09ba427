import { errnoOf } from '../../errors/error-facts.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import { wasEnded } from '../aborted-error.js';

/** A server that greets with it gives no service to this connection (RFC 5321 3.1); some mean that they give too many others. */
const NO_SERVICE = 554;
/** Codes of a connection that the server has accepted and then ended. */
const ENDED: ReadonlySet<string> = new Set(['ECONNECTION', 'ECONNRESET', 'EPIPE']);

/**
 * Whether a server, or what stands before it, had no room for one more connection. While others work, whatever keeps a
 * further one from being opened and is not for ever says only that.
 *
 * @param error why a connection could not be opened
 * @param othersWork whether other connections to the same server are open
 */
export function hasNoRoom(error: unknown, othersWork: boolean): error is MailDeliveryError {
  if (!(error instanceof MailDeliveryError) || wasEnded(error)) return false;
  const { phase, responseCode, retryable } = error;
  if (phase === 'connect' && responseCode !== undefined)
    return othersWork || responseCode < 500 || responseCode === NO_SERVICE;
  if (phase === 'auth' && responseCode !== undefined) return retryable === true;
  if (othersWork) return retryable === true && (phase === 'connect' || phase === 'tls' || phase === 'auth');
  const cause = errnoOf(error.cause);
  return phase === 'connect' && cause !== undefined && (ENDED.has(cause) || ENDED.has(originalCodeOf(error)));
}

function originalCodeOf({ cause }: MailDeliveryError): string {
  const code: unknown =
    typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'originalCode') : undefined;
  return typeof code === 'string' ? code : '';
}

/**
 * The error of a send that found no room until its time was over.
 *
 * @param last what the last try brought
 * @param letIn whether the server has let this mailer in before: then a refusal is not for ever
 */
export function noRoomInTime(
  last: MailDeliveryError,
  { tries, seconds, letIn }: { tries: number; seconds: number; letIn: boolean },
): MailDeliveryError {
  if (tries < 2) return last;
  const { message, ...details } = last;
  return new MailDeliveryError(
    last.code,
    `${last.message.replace(/\.?$/, '.')} Connecting was tried ${tries} times within the setting ConnectionTimeout (${seconds} s).`,
    { ...details, retryable: letIn || last.retryable, cause: last.cause },
  );
}
