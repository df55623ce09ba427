import { lateImport } from '../../../errors/late-import.js';
import type { NodemailerConnection } from '../nodemailer/nodemailer-connection.js';
import { sessionCredentials } from '../nodemailer/session-credentials.js';
import type { SessionErrors } from '../session-errors.js';
import type { SmtpConversation } from '../smtp-conversation.js';
import type { SmtpDeliveryOptions } from '../smtp-options.js';
import { chosenMechanisms } from './choose-mechanisms.js';
import { logInByPassword } from './log-in-by-password.js';
import { loginRefusal } from './login-refusal.js';
import type { LoginStep } from './login-step.js';
import type { SignInFacts } from './sign-in-facts.js';
import { signInWay } from './sign-in-way.js';

// What only some sign in with.
const importTokens = lateImport(() =>
  Promise.all([
    import('./log-in-by-token.js'),
    import('./oauth2/token-mechanisms-of.js'),
    import('./oauth2/mailbox-of.js'),
  ]),
);
const importKerberos = lateImport(() => import('./log-in-by-kerberos.js'));

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
  const { options, connection, conversation, errors, run } = session;
  const way = signInWay(options);
  if (way === 'none') return;
  const { secure, loopback, allowsAuth } = connection;
  const { mechanisms, shownMechanisms } = conversation;
  const refusal = loginRefusal(options, { secure, loopback, allowsAuth, mechanisms, shownMechanisms });
  if (refusal) throw errors.refusal(refusal.code, refusal.phase, refusal.reason);
  conversation.beginLogin();
  const step = loginStep(session);
  if (way === 'token') return byToken(options, mechanisms, step);
  if (way === 'kerberos') return byKerberos(options, step);
  const chosen = chosenMechanisms(options, mechanisms);
  const inCode = options.extra.auth !== undefined;
  if (chosen) return logInByPassword({ mechanisms: chosen, inCode }, step);
  const credentials = await sessionCredentials(options);
  await run(() => connection.logIn(credentials));
}

function loginStep({ connection, conversation, errors, messageId, run }: LoginSession): LoginStep {
  return {
    run: dialogue => run(() => connection.converse(dialogue)),
    failure: refused => errors.failure(refused, messageId),
    impossible: (reason, { retryable, cause }) => errors.noLogin(reason, { retryable, cause, messageId }),
    awaiting: whom => {
      conversation.awaited = whom;
    },
  };
}

/** Imports what it takes only where somebody signs in so. */
async function byToken(
  options: SmtpDeliveryOptions,
  offered: readonly string[],
  step: LoginStep,
): Promise<void> {
  const { settings, extra, tokens } = options;
  if (!tokens) return;
  const [{ logInByToken }, { tokenMechanismsOf }, { mailboxOf }] = await importTokens();
  const wanted = tokenMechanismsOf(options);
  const known = wanted.filter(name => offered.includes(name));
  return logInByToken(
    {
      tokens,
      user: mailboxOf(extra.auth, settings.username),
      inCode: extra.auth !== undefined,
      host: settings.host ?? '',
      port: settings.port,
      // Who does not say what it knows is tried with the first.
      mechanisms: known.length > 0 ? known : wanted.slice(0, 1),
      onToken: problem =>
        tell(options, () => ({ ...tokens.facts, ...(problem !== undefined && { problem }) })),
    },
    step,
  );
}

async function byKerberos(options: SmtpDeliveryOptions, step: LoginStep): Promise<void> {
  const { tickets } = options;
  if (!tickets) return;
  const { logInByKerberos } = await importKerberos();
  const { servicePrincipal } = tickets;
  const onHeard = (account: string | undefined): void =>
    tell(options, () => ({ by: 'kerberos', servicePrincipal, ...(account !== undefined && { account }) }));
  return logInByKerberos({ tickets, onHeard }, step);
}

/** Who listens and fails must not fail the mail. */
function tell({ onSignIn }: SmtpDeliveryOptions, facts: () => SignInFacts): void {
  try {
    onSignIn?.(facts());
  } catch {
    // Nothing depends on it.
  }
}
