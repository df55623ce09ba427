import type { MailSettingsProblem } from '../../../errors/mail-settings-error.js';
import type { ResolvedMailSettings } from '../../../settings/resolved-mail-settings.js';
import type { SmtpOptions } from '../smtp-options.js';
import { loginWay } from './login-way.js';

/**
 * Whether code gives the access token that is signed in with, or says how it is got.
 *
 * @param problems what is wrong with the options: a login of which something is wrong is not among them, and means one
 */
export function givesToken(
  { auth, customAuth = {} }: SmtpOptions = {},
  problems: readonly MailSettingsProblem[] = [],
): boolean {
  if (auth === undefined) return problems.some(({ key }) => /^smtp\.auth(?:\.|$)/.test(key));
  return loginWay(auth, customAuth) === 'token';
}

/** What is to be said of settings that count no more because code signs in by something else. */
export function unusedSignIn(
  { oAuth2, useDefaultCredentials }: Pick<ResolvedMailSettings, 'oAuth2' | 'useDefaultCredentials'>,
  { auth }: SmtpOptions = {},
): string[] {
  if (auth === undefined || (!oAuth2 && !useDefaultCredentials)) return [];
  const setting = oAuth2 ? 'OAuth2' : 'UseDefaultCredentials';
  return [`smtp.auth is given in code, so the setting ${setting} is not used`];
}
