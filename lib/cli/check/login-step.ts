import type { SignInFacts } from '../../core/delivery/smtp/login/sign-in-facts.js';
import type { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import type { ResolvedMailSettings } from '../../core/settings/resolved-mail-settings.js';
import { servicePrincipalOf } from '../../core/settings/service-principal-of.js';
import type { DiagnosisStep } from './diagnosis-step.js';
import type { SmtpOffer } from './smtp-probe.js';

/** What the module's own check has found out about the login. */
export interface LoginFindings {
  /** What it ended with; undefined when mails can leave. */
  readonly verdict: MailDeliveryError | undefined;
  /** What it has told of a sign-in by a token or by Kerberos. */
  readonly signIn: SignInFacts | undefined;
}

/**
 * What is to be said of the login. Only the module's own check has tried it: a second try could lock an account.
 *
 * @param offer what the server offers at last
 */
export function loginStep(
  settings: ResolvedMailSettings,
  { mechanisms }: SmtpOffer,
  { verdict, signIn }: LoginFindings,
): DiagnosisStep {
  const offered =
    mechanisms.length === 0 ? 'the server offers none' : `the server offers ${mechanisms.join(', ')}`;
  const login = loginOf(settings, signIn);
  const facts = { mechanisms, ...login?.facts };
  const step = (status: DiagnosisStep['status'], message: string): DiagnosisStep => ({
    step: 'login',
    status,
    message: `${message} (${offered})`,
    facts,
  });
  if (!login) return step('skipped', 'No Username is set, so there is no login');
  if (!verdict) return step('ok', `The server has taken the login ${login.words}`);
  const { responseCode, response } = verdict;
  if (verdict.phase !== 'auth')
    return step('skipped', `The login ${login.words} was not tried, as the connection was not fit for it`);
  if (signIn?.by === 'token' && signIn.problem !== undefined)
    return step('skipped', `The login ${login.words} was not tried, as there is no access token`);
  if (response === undefined)
    return { step: 'login', status: 'failed', message: verdict.message.replace(/\.$/, ''), facts };
  return {
    ...step('failed', `The server refuses the login ${login.words}: ${response}`),
    advice: adviceFor(settings, responseCode),
    facts: { ...facts, ...(responseCode !== undefined && { code: responseCode }) },
  };
}

/** Who signs in, in words and for programs; undefined when nobody does. */
function loginOf(
  settings: ResolvedMailSettings,
  signIn: SignInFacts | undefined,
): { readonly words: string; readonly facts: Readonly<Record<string, unknown>> } | undefined {
  const { username, oAuth2, useDefaultCredentials } = settings;
  if (useDefaultCredentials) {
    const servicePrincipal = servicePrincipalOf(settings);
    const account = signIn?.by === 'kerberos' ? signIn.account : undefined;
    const words = `by Kerberos${account === undefined ? '' : ` of ${account}`} to ${servicePrincipal}`;
    return { words, facts: { servicePrincipal, ...(account !== undefined && { account }) } };
  }
  if (username === undefined) return undefined;
  return { words: `of ${username}${oAuth2 ? ' by an access token' : ''}`, facts: { username } };
}

function adviceFor(
  { oAuth2, useDefaultCredentials }: ResolvedMailSettings,
  code: number | undefined,
): string {
  if (code !== undefined && code < 500)
    return 'Try again later: the server says that it is not able to check logins now';
  if (useDefaultCredentials)
    return 'Check whether the server lets this account send, and whether ServicePrincipal is its name';
  if (oAuth2)
    return 'Check whether Username is the mailbox, whether SMTP is allowed for it, whether the application may send for it, and whether the claims of the token are what the server wants';
  return 'Check Username and Password; some servers want an application password, or that SMTP is allowed for the account';
}
