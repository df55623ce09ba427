import type { SmtpDeliveryOptions } from '../../smtp-options.js';
import { loginWay } from '../login-way.js';
import { ApplicationTokens } from './application-tokens.js';
import { EndpointTokens } from './endpoint-tokens.js';
import { FixedToken } from './fixed-token.js';
import { mailboxOf } from './mailbox-of.js';
import type { OAuth2Auth } from './oauth2-auth.js';
import { pemOf } from './private-key-pem.js';
import type { RefreshTokenListeners } from './refresh-tokens.js';
import { RefreshTokens } from './refresh-tokens.js';
import { SeededTokens } from './seeded-tokens.js';
import { NAMES_IN_CODE } from './token-names.js';
import type { TokenProvider } from './token-provider.js';
import { TokenSource } from './token-source.js';

/** The token endpoint of nodemailer's options where they name none. */
const GOOGLE_ENDPOINT = 'https://oauth2.googleapis.com/token';
/** Mail over IMAP and SMTP at Google. */
const GOOGLE_SCOPE = 'https://mail.google.com/';
/** Seconds for which an assertion of a service account may be good at most. */
const LONGEST_ASSERTION = 3600;

/**
 * Makes the token source of a mailer.
 *
 * @returns undefined when the mailer signs in by something else
 */
export function tokenSourceOf(
  { settings, extra }: Pick<SmtpDeliveryOptions, 'settings' | 'extra'>,
  listeners: RefreshTokenListeners,
): TokenSource | undefined {
  const limitMs = settings.connectionTimeout * 1000;
  const { auth, customAuth = {} } = extra;
  const source = (provider: TokenProvider, user: string): TokenSource =>
    new TokenSource(provider, user, limitMs);
  if (auth) {
    if (loginWay(auth, customAuth) !== 'token') return undefined;
    const user = mailboxOf(auth, settings.username);
    return source(providerInCode(auth as OAuth2Auth, user, listeners), user);
  }
  const { oAuth2, username: user = '' } = settings;
  if (!oAuth2) return undefined;
  // The secrets are not enumerable, so that a copy would leave them out.
  const { grantType, tokenEndpoint, scope, clientId, clientSecret, certificate, privateKey, privateKeyId } =
    oAuth2;
  const grant = {
    grantType,
    tokenEndpoint,
    scope,
    clientId,
    clientSecret,
    certificate,
    privateKey,
    privateKeyId,
    user,
  };
  return source(new EndpointTokens(grant, new RefreshTokens(oAuth2.refreshToken, listeners)), user);
}

function providerInCode(auth: OAuth2Auth, user: string, listeners: RefreshTokenListeners): TokenProvider {
  const { accessToken, provisionCallback } = auth;
  if (typeof accessToken === 'function') return new ApplicationTokens(accessToken, 'smtp.auth.accessToken');
  const renewed = provisionCallback
    ? provisioned(provisionCallback, user)
    : endpointInCode(auth, user, listeners);
  if (accessToken === undefined || accessToken === '') return renewed ?? new FixedToken(auth);
  return renewed ? new SeededTokens(accessToken, lifeOf(auth), renewed) : new FixedToken(auth);
}

function provisioned(
  callback: NonNullable<OAuth2Auth['provisionCallback']>,
  user: string,
): ApplicationTokens {
  return new ApplicationTokens(
    ({ renew }) =>
      new Promise((resolve, reject) => {
        callback(user, renew, (error, token, expires) => {
          if (error) reject(error);
          else resolve({ token: token ?? '', ...(expires && { expiresAt: expires }) });
        });
      }),
    'smtp.auth.provisionCallback',
  );
}

function endpointInCode(
  auth: OAuth2Auth,
  user: string,
  listeners: RefreshTokenListeners,
): EndpointTokens | undefined {
  const { refreshToken, serviceClient, privateKey, clientId, clientSecret, scope } = auth;
  const shared = {
    user,
    tokenEndpoint: auth.accessUrl ?? GOOGLE_ENDPOINT,
    params: auth.customParams,
    headers: auth.customHeaders,
    names: { ...NAMES_IN_CODE, ...(serviceClient && { clientId: 'serviceClient' }) },
  };
  if (serviceClient) {
    const grant = {
      ...shared,
      grantType: 'JwtBearer' as const,
      clientId: serviceClient,
      scope: scope ?? GOOGLE_SCOPE,
      privateKey: privateKey === undefined ? '' : pemOf(privateKey),
      assertionLife: Math.min(auth.serviceRequestTimeout || 300, LONGEST_ASSERTION),
    };
    return new EndpointTokens(grant, new RefreshTokens(undefined, listeners));
  }
  if (!refreshToken) return undefined;
  const grant = {
    ...shared,
    grantType: 'RefreshToken' as const,
    ...(clientId !== undefined && { clientId }),
    ...(clientSecret && { clientSecret }),
    ...(scope !== undefined && { scope }),
  };
  return new EndpointTokens(grant, new RefreshTokens(refreshToken, listeners));
}

/** Seconds for which a token that is given as a text can be used. */
function lifeOf({ expires, timeout }: OAuth2Auth): number | undefined {
  if (expires) return (expires - Date.now()) / 1000;
  return timeout || undefined;
}
