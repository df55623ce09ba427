import { errnoOf } from '../../errors/error-facts.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import { wasEnded } from '../aborted-error.js';

/** A server that greets with it gives no service to this connection (RFC 5321 3.1); some mean that they give too many others. */
const NO_SERVICE = 554;
/** Codes of a connection that the server has accepted and then ended. */
const ENDED: ReadonlySet<string> = new Set(['ECONNECTION', 'ECONNRESET', 'EPIPE']);
/** Codes of a connection that was refused in a moment. */
const REFUSED: ReadonlySet<string> = new Set([...ENDED, 'ECONNREFUSED']);

/** What is known of a server when it lets a connection down. */
export interface OtherConnections {
  /** How many others are open. */
  readonly open: number;
  /** How many others are being opened. */
  readonly opening: number;
  /** Whether the same mail, or check, has found no room at the try before. */
  readonly refusedBefore: boolean;
}

/**
 * Whether a server, or what stands before it, had no room for one more connection. While others work, whatever keeps a
 * further one from being opened and is not for ever says only that. Others that are being opened may turn out to work. A server that had no room a moment ago may close the next
 * connection without a word, or be started again: that too passes.
 *
 * @param error why a connection could not be opened
 */
export function hasNoRoom(error: unknown, others: OtherConnections): error is MailDeliveryError {
  if (!(error instanceof MailDeliveryError) || wasEnded(error)) return false;
  const { phase, responseCode, retryable } = error;
  const othersWork = others.open > 0;
  if (phase === 'connect' && responseCode !== undefined)
    return (
      othersWork ||
      others.opening > 0 ||
      responseCode < 500 ||
      (responseCode === NO_SERVICE && isGreeting(error))
    );
  if (phase === 'auth' && responseCode !== undefined) return retryable === true;
  if (othersWork || others.refusedBefore)
    return retryable === true && (phase === 'connect' || phase === 'tls' || phase === 'auth');
  const wasSilent = error.transcript?.length === 0;
  if (others.opening > 0)
    return wasSilent && (phase === 'connect' || phase === 'tls') && ended(error, REFUSED);
  return wasSilent && phase === 'connect' && ended(error, ENDED);
}

/** Whether nothing was said to the server yet. */
function isGreeting({ transcript = [] }: MailDeliveryError): boolean {
  return !transcript.some(line => line.startsWith('C: '));
}

function ended(error: MailDeliveryError, codes: ReadonlySet<string>): boolean {
  return codes.has(errnoOf(error.cause) ?? '') || codes.has(originalCodeOf(error) ?? '');
}

function originalCodeOf({ cause }: MailDeliveryError): string | undefined {
  const code: unknown =
    typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'originalCode') : undefined;
  return typeof code === 'string' ? code : undefined;
}

/**
 * The error of a send that found no room until its time was over.
 *
 * @param last what the last try brought
 * @param tries how often connecting was tried
 * @param letIn whether the server has let this mailer in before: then a refusal is not for ever
 */
export function noRoomInTime(last: MailDeliveryError, tries: number, letIn: boolean): MailDeliveryError {
  if (tries < 2) return last;
  return new MailDeliveryError(
    last.code,
    `${last.message.replace(/\.?$/, '.')} Connecting was tried ${tries} times.`,
    { ...last, retryable: letIn || last.retryable, cause: last.cause },
  );
}
