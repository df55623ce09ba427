import type { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import type { ResolvedMailSettings } from '../../core/settings/resolved-mail-settings.js';
import type { DiagnosisStep } from './diagnosis-step.js';
import type { SmtpOffer } from './smtp-probe.js';

/**
 * What is to be said of the login. Only the module's own check has tried it: a second try could lock an account.
 *
 * @param offer what the server offers at last
 * @param verdict what the module's check ended with
 */
export function loginStep(
  { username }: ResolvedMailSettings,
  { mechanisms }: SmtpOffer,
  verdict: MailDeliveryError | undefined,
): DiagnosisStep {
  const offered =
    mechanisms.length === 0 ? 'the server offers none' : `the server offers ${mechanisms.join(', ')}`;
  const facts = { mechanisms, ...(username !== undefined && { username }) };
  if (username === undefined) {
    return {
      step: 'login',
      status: 'skipped',
      message: `No Username is set, so there is no login (${offered})`,
      facts,
    };
  }
  if (!verdict) {
    return {
      step: 'login',
      status: 'ok',
      message: `The server has taken the login of ${username} (${offered})`,
      facts,
    };
  }
  if (verdict.phase !== 'auth') {
    return {
      step: 'login',
      status: 'skipped',
      message: `The login of ${username} was not tried, as the connection was not fit for it (${offered})`,
      facts,
    };
  }
  const { responseCode, response } = verdict;
  return {
    step: 'login',
    status: 'failed',
    message:
      response === undefined
        ? verdict.message.replace(/\.$/, '')
        : `The server refuses the login of ${username}: ${response} (${offered})`,
    ...(response !== undefined && { advice: adviceFor(responseCode) }),
    facts: { ...facts, ...(responseCode !== undefined && { code: responseCode }) },
  };
}

function adviceFor(code: number | undefined): string {
  return code !== undefined && code < 500
    ? 'Try again later: the server says that it is not able to check logins now'
    : 'Check Username and Password; some servers want an application password, or that SMTP is allowed for the account';
}
