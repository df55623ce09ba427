import { errnoOf } from '../../errors/error-facts.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import { wasEnded } from '../aborted-error.js';

/** A server that greets with it gives no service to this connection (RFC 5321 3.1); some mean that they give too many others. */
const NO_SERVICE = 554;
/** Codes of a connection that the server has accepted and then ended. */
const ENDED: ReadonlySet<string> = new Set(['ECONNECTION', 'ECONNRESET', 'EPIPE']);

/** The other connections of a mailer. */
export interface OtherConnections {
  /** How many are open. */
  readonly open: number;
  /** How many are being opened. */
  readonly opening: number;
}

/**
 * What a failed connection may mean. `no-room`: the server, or what stands before it, has no room for one more, which may
 * change in a moment. `no-room-beside-others`: the same, if others work; nothing of the kind if none does. `failure`: the
 * server cannot be used.
 */
export type RefusalMeaning = 'no-room' | 'no-room-beside-others' | 'failure';

/** What it means that a connection could not be opened. */
export function meaningOf(error: unknown): RefusalMeaning {
  if (!(error instanceof MailDeliveryError) || wasEnded(error)) return 'failure';
  const { phase, responseCode, retryable } = error;
  if (phase === 'connect' && responseCode !== undefined) {
    const isBusy = responseCode < 500 || (responseCode === NO_SERVICE && isGreeting(error));
    return isBusy ? 'no-room' : 'no-room-beside-others';
  }
  if (retryable !== true || !['connect', 'tls', 'auth'].includes(phase)) return 'failure';
  if (phase === 'auth' && responseCode !== undefined) return 'no-room';
  // Where TLS does not come about, a setting may be wrong; that should be told soon.
  const endedInSilence = error.transcript?.length === 0 && codesOf(error).some(code => ENDED.has(code));
  return phase === 'connect' && endedInSilence ? 'no-room' : 'no-room-beside-others';
}

/** Whether a connection was not refused in a moment: nothing came for as long as one waits. */
export function isTimeout(error: MailDeliveryError): boolean {
  return codesOf(error).includes('ETIMEDOUT');
}

/** Whether nothing was said to the server yet. */
function isGreeting({ transcript = [] }: MailDeliveryError): boolean {
  return !transcript.some(line => line.startsWith('C: '));
}

/** The codes of what a failure comes from. */
function codesOf({ cause }: MailDeliveryError): string[] {
  const original: unknown =
    typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'originalCode') : undefined;
  return [errnoOf(cause), original].filter(code => typeof code === 'string');
}
