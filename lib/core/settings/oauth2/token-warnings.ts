import { X509Certificate } from 'node:crypto';
import type { ResolvedMailSettings } from '../resolved-mail-settings.js';
import { expiryOf } from './client-certificate.js';

/** Days before its end from which on a certificate is warned of. */
const SOON = 30;

/**
 * What an administrator should know of a sign-in by a token that works.
 *
 * @param where the setting, as it was written
 */
export function tokenWarnings(
  where: string,
  { oAuth2, secureSocketOption, host }: ResolvedMailSettings,
): string[] {
  if (!oAuth2) return [];
  const warnings: string[] = [];
  if (/^http:/i.test(oAuth2.tokenEndpoint))
    warnings.push(
      `${where}: TokenEndpoint is a clear token endpoint; secrets and tokens cross in clear between it and this process`,
    );
  if (secureSocketOption === 'None')
    warnings.push(
      `${where}: the access token for ${host} crosses in clear, because SecureSocketOption is None`,
    );
  const expiry = oAuth2.certificate && expiryOf(new X509Certificate(oAuth2.certificate), new Date());
  if (expiry && expiry.daysLeft < SOON)
    warnings.push(
      `${where}: the certificate expires on ${expiry.day}; make a new one and give it to the application at the identity provider before that`,
    );
  return warnings;
}
