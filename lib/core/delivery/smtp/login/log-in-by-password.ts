import { errnoOf } from '../../../errors/error-facts.js';
import { MailDeliveryError } from '../../../errors/mail-delivery-error.js';
import type { SmtpLibraryError } from '../nodemailer/nodemailer-error.js';
import { CLOSING } from '../reply-codes.js';
import type { MechanismRefusal, Say } from './authenticate.js';
import { authenticate } from './authenticate.js';
import type { SaslMechanism } from './sasl-mechanism.js';

/** How a login is part of its session. */
export interface LoginStep {
  /** Runs a dialogue with the server as a step of the session, and makes the session's errors of its failures. */
  run(dialogue: (say: Say) => Promise<void>): Promise<void>;
  /** The session's error for a refusal. */
  failure(refusal: SmtpLibraryError): MailDeliveryError;
}

/**
 * Logs in by a password.
 *
 * @param mechanisms in the order in which they are tried
 * @throws {@link MailDeliveryError} `EMAILAUTH` when no mechanism leads to a login
 */
export async function logInByPassword(
  mechanisms: readonly SaslMechanism[],
  { run, failure }: LoginStep,
): Promise<void> {
  const refusals: MechanismRefusal[] = [];
  try {
    await run(async say => {
      if (await authenticate(say, mechanisms, refusal => refusals.push(refusal))) return;
      throw refusedLogin(refusals);
    });
  } catch (error) {
    // A server that closes the connection in place of hearing the next mechanism has said enough by its last reply.
    if (refusals.length === 0 || !isClosed(error)) throw error;
    throw failure(refusedLogin(refusals));
  }
}

function refusedLogin(refusals: readonly MechanismRefusal[]): SmtpLibraryError {
  const response = refusals.at(-1)?.reply ?? '';
  return Object.assign(new Error(`Invalid login: ${response}`), {
    code: 'EAUTH',
    response,
    responseCode: Number(response.slice(0, 3)),
    refusedMechanisms: refusals,
  });
}

function isClosed(error: unknown): boolean {
  if (!(error instanceof MailDeliveryError) || error.responseCode === CLOSING) return false;
  const code = errnoOf(error.cause);
  return error.code === 'EMAILAUTH' && (code === 'ECONNECTION' || code === 'ESOCKET');
}
