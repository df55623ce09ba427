import type { ResolvedMailSettings } from '../../../settings/resolved-mail-settings.js';
import { isLoopbackHost } from '../../../settings/tls-mode.js';
import type { SmtpOptions } from '../smtp-options.js';

/**
 * What is to be said of a login that crosses the network in clear because the settings say `None`, where they alone do not
 * tell: it stands in code, or goes through a proxy, behind which even `localhost` is another machine.
 */
export function clearLoginWarning(
  { host = '', secureSocketOption, username, useDefaultCredentials, oAuth2 }: ResolvedMailSettings,
  { auth, proxy }: Pick<SmtpOptions, 'auth' | 'proxy'>,
): string | undefined {
  if (secureSocketOption !== 'None') return undefined;
  // Of another host the settings' own warning tells.
  const toldBySettings = !isLoopbackHost(host);
  const bySettings = oAuth2 === undefined && (username !== undefined || useDefaultCredentials);
  if (proxy !== undefined && (auth || bySettings) && !toldBySettings)
    return `The login for ${host} is sent in clear to a proxy, because SecureSocketOption is None.`;
  if (auth && !bySettings && oAuth2 === undefined && toldBySettings)
    return `The login of smtp.auth for ${host} is sent in clear, because SecureSocketOption is None.`;
  return undefined;
}
