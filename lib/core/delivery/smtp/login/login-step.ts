import { errnoOf } from '../../../errors/error-facts.js';
import { MailDeliveryError } from '../../../errors/mail-delivery-error.js';
import type { SmtpLibraryError } from '../nodemailer/nodemailer-error.js';
import { CLOSING } from '../reply-codes.js';
import type { MechanismRefusal, Say } from './authenticate.js';

/** How a login is part of its session. */
export interface LoginStep {
  /** Runs a dialogue with the server as a step of the session, and makes the session's errors of its failures. */
  run(dialogue: (say: Say) => Promise<void>): Promise<void>;
  /** The session's error for a refusal. */
  failure(refusal: SmtpLibraryError): MailDeliveryError;
  /**
   * The session's error for a login that never came to the server.
   *
   * @param reason sentence without its full stop
   */
  impossible(
    reason: string,
    details: { readonly retryable: boolean; readonly cause?: unknown },
  ): MailDeliveryError;
  /** From now on the login waits for somebody else than the mail server, who is named so in errors; undefined: no more. */
  awaiting(whom: string | undefined): void;
}

/** A login that was refused, by all mechanisms that were tried. */
export function refusedLogin(refusals: readonly MechanismRefusal[]): SmtpLibraryError {
  const response = refusals.at(-1)?.reply ?? '';
  return Object.assign(new Error(`Invalid login: ${response}`), {
    code: 'EAUTH',
    response,
    responseCode: Number(response.slice(0, 3)),
    refusedMechanisms: refusals,
  });
}

/** Whether a server has closed the connection after it had refused something, in place of hearing what comes next. */
export function isClosedAfterRefusal(error: unknown, refusals: readonly MechanismRefusal[]): boolean {
  if (refusals.length === 0) return false;
  if (!(error instanceof MailDeliveryError) || error.responseCode === CLOSING) return false;
  const code = errnoOf(error.cause);
  return error.code === 'EMAILAUTH' && (code === 'ECONNECTION' || code === 'ESOCKET');
}
