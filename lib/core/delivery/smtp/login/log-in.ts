import type { NodemailerConnection } from '../nodemailer/nodemailer-connection.js';
import { sessionCredentials } from '../nodemailer/session-credentials.js';
import type { SessionErrors } from '../session-errors.js';
import type { SmtpConversation } from '../smtp-conversation.js';
import type { SmtpDeliveryOptions } from '../smtp-options.js';
import { chosenMechanisms } from './choose-mechanisms.js';
import { logInByPassword } from './log-in-by-password.js';
import { hasCredentials, loginRefusal } from './login-refusal.js';

/** What a login needs of its session. */
export interface LoginSession {
  readonly options: SmtpDeliveryOptions;
  readonly connection: NodemailerConnection;
  readonly conversation: SmtpConversation;
  readonly errors: SessionErrors;
  /** The mail that the session is opened for. */
  readonly messageId: string | undefined;
  /** Runs a step of the session. */
  run(step: () => Promise<void>): Promise<void>;
}

/**
 * Logs a session in as settings and code say; does nothing where there are no credentials.
 *
 * @throws MailDeliveryError `EMAILAUTH`, or `EMAILTLS` when the credentials must not cross the connection
 */
export async function logIn(session: LoginSession): Promise<void> {
  const { options, connection, conversation, errors, messageId, run } = session;
  if (!hasCredentials(options)) return;
  const { secure, loopback, allowsAuth } = connection;
  const { mechanisms, shownMechanisms } = conversation;
  const refusal = loginRefusal(options, { secure, loopback, allowsAuth, mechanisms, shownMechanisms });
  if (refusal) throw errors.refusal(refusal.code, refusal.phase, refusal.reason);
  conversation.beginLogin();
  const chosen = chosenMechanisms(options, mechanisms);
  if (chosen) {
    return logInByPassword(chosen, {
      run: dialogue => run(() => connection.converse(dialogue)),
      failure: refused => errors.failure(refused, messageId),
    });
  }
  const credentials = await sessionCredentials(options);
  await run(() => connection.logIn(credentials));
}
