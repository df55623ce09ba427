import type { SmtpDeliveryOptions } from '../smtp-options.js';

/** By what a mailer signs in: by nothing, a password, an access token, Kerberos, or a mechanism that code has brought along. */
export type SignInWay = 'none' | 'password' | 'token' | 'kerberos' | 'own';

/** By what a mailer signs in. What stands in code comes before the settings. */
export function signInWay({
  settings,
  extra: { auth },
  tokens,
  tickets,
}: Pick<SmtpDeliveryOptions, 'settings' | 'extra' | 'tokens' | 'tickets'>): SignInWay {
  if (tokens) return 'token';
  if (auth) return 'method' in auth && auth.method ? 'own' : 'password';
  if (tickets) return 'kerberos';
  return settings.username === undefined ? 'none' : 'password';
}
