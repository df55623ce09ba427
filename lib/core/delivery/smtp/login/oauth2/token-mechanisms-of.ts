import type { OAuth2Mechanism } from '../../../../settings/oauth2/resolved-oauth2.js';
import type { SmtpDeliveryOptions } from '../../smtp-options.js';
import { methodOf } from '../login-way.js';
import { TOKEN_MECHANISMS } from './token-mechanisms.js';

/** The mechanisms that an access token may be handed over by: the one that code or the settings name, or any. */
export function tokenMechanismsOf({
  settings,
  extra: { auth },
}: Pick<SmtpDeliveryOptions, 'settings' | 'extra'>): readonly OAuth2Mechanism[] {
  const named = auth ? methodOf(auth) : settings.oAuth2?.mechanism;
  const known = TOKEN_MECHANISMS.filter(name => name === named);
  return known.length > 0 ? known : TOKEN_MECHANISMS;
}
