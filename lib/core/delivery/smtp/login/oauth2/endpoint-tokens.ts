import type { Redactor } from '../../../../redaction/redact.js';
import { createRedactor } from '../../../../redaction/redact.js';
import { withoutQuery } from '../../../../redaction/without-query.js';
import type { ResolvedOAuth2 } from '../../../../settings/oauth2/resolved-oauth2.js';
import { expiryOf } from './access-token.js';
import { endpointRefusal } from './endpoint-refusal.js';
import { bearerAssertion, clientAssertion } from './json-web-token.js';
import { postTokenRequest } from './post-token-request.js';
import { RefreshTokens } from './refresh-tokens.js';
import { TokenError } from './token-error.js';
import type { TokenNames } from './token-names.js';
import { NAMES_IN_SETTINGS } from './token-names.js';
import type { IssuedToken, TokenProvider, TokenRequest } from './token-provider.js';
import { secondsIn, textIn } from './token-response.js';

/** RFC 7523 2.2 and 2.1. */
const CLIENT_ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** How tokens are got from an endpoint: what the settings say, and what only code can. */
export interface TokenGrant extends Omit<ResolvedOAuth2, 'tenantId' | 'mechanism'> {
  /** The mailbox, for which a service account acts. */
  readonly user: string;
  /** Further fields of the form. @default none */
  readonly params?: Readonly<Record<string, string>> | undefined;
  /** Further header fields. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What its parts are called where they were given. @default as in the setting `OAuth2` */
  readonly names?: TokenNames | undefined;
  /** Seconds for which the assertion of a service account is good. @default 300 */
  readonly assertionLife?: number | undefined;
}

/** Gets access tokens from a token endpoint by one of the grants (RFC 6749 4.4 and 6, RFC 7523 2.1). */
export class EndpointTokens implements TokenProvider {
  readonly #grant: TokenGrant;
  readonly #refreshTokens: RefreshTokens;
  #assertion: string | undefined;

  constructor(grant: TokenGrant, refreshTokens: RefreshTokens) {
    this.#grant = grant;
    this.#refreshTokens = refreshTokens;
  }

  get subject(): string {
    return `the token endpoint ${withoutQuery(this.#grant.tokenEndpoint)}`;
  }

  get facts(): TokenProvider['facts'] {
    const { grantType, tokenEndpoint, clientId, scope } = this.#grant;
    return {
      grantType,
      tokenEndpoint: withoutQuery(tokenEndpoint),
      ...(clientId !== undefined && { clientId }),
      ...(scope !== undefined && { scope }),
    };
  }

  get mayReplaceSecret(): boolean {
    return this.#grant.grantType === 'RefreshToken';
  }

  stored(): Promise<void> {
    return this.#refreshTokens.stored();
  }

  secrets(): readonly string[] {
    const { clientSecret, params = {}, headers = {} } = this.#grant;
    const own = [clientSecret, this.#assertion].filter(secret => secret !== undefined);
    // Of a field such as Authorization, the words count one by one, too.
    const inHeader = Object.values(headers).flatMap(value => [value, ...String(value).split(/\s+/)]);
    const further = [...Object.values(params), ...inHeader].filter(isSecret);
    return [...own, ...this.#refreshTokens.secrets(), ...further];
  }

  async request({ signal }: TokenRequest): Promise<IssuedToken> {
    const { tokenEndpoint, headers, grantType, names = NAMES_IN_SETTINGS } = this.#grant;
    const form = this.#form();
    const redact: Redactor = createRedactor(undefined, this.secrets());
    const { subject } = this;
    const response = await postTokenRequest(
      { tokenEndpoint, form, headers, signal },
      { subject, names, redact },
    );
    const { fields, status } = response;
    const value = textIn(fields, 'access_token');
    if (status !== 200 || value === undefined || textIn(fields, 'error') !== undefined) {
      const signs = this.#assertion !== undefined;
      throw endpointRefusal(response, { subject, grantType, signs, names, redact });
    }
    // Before the token is looked at: the one before is not good any more.
    if (grantType === 'RefreshToken')
      this.#refreshTokens.replace(textIn(fields, 'refresh_token'), [...this.secrets(), value]);
    const type = textIn(fields, 'token_type');
    if (type !== undefined && type.toLowerCase() !== 'bearer')
      throw new TokenError(`${subject} gave a token that is no bearer token`, { retryable: false });
    return { value, expiresIn: secondsIn(fields, 'expires_in') ?? claimedLife(value, response.date) };
  }

  #form(): Record<string, string> {
    const { clientId, scope, params } = this.#grant;
    const asked = { ...(scope !== undefined && { scope }), ...params };
    switch (this.#grant.grantType) {
      case 'ClientCredentials':
        return { grant_type: 'client_credentials', ...this.#client(), ...asked };
      case 'RefreshToken':
        return {
          grant_type: 'refresh_token',
          refresh_token: this.#refreshTokens.current,
          ...this.#client(),
          ...asked,
        };
      case 'JwtBearer':
        return {
          grant_type: JWT_BEARER,
          assertion: this.#signed(key =>
            bearerAssertion(key, {
              issuer: clientId ?? '',
              subject: this.#grant.user,
              tokenEndpoint: this.#grant.tokenEndpoint,
              scope,
              life: this.#grant.assertionLife,
            }),
          ),
          ...params,
        };
    }
  }

  /** How the client says who it is (RFC 6749 2.3.1, RFC 7523 2.2). */
  #client(): Record<string, string> {
    const { clientId = '', clientSecret, privateKey, tokenEndpoint } = this.#grant;
    if (clientSecret !== undefined) return { client_id: clientId, client_secret: clientSecret };
    if (privateKey === undefined) return { client_id: clientId };
    return {
      client_id: clientId,
      client_assertion_type: CLIENT_ASSERTION,
      client_assertion: this.#signed(key => clientAssertion(key, clientId, tokenEndpoint)),
    };
  }

  #signed(make: (key: { privateKey: string; certificate?: string; keyId?: string }) => string): string {
    const { privateKey = '', certificate, privateKeyId } = this.#grant;
    try {
      this.#assertion = make({
        privateKey,
        ...(certificate !== undefined && { certificate }),
        ...(privateKeyId !== undefined && { keyId: privateKeyId }),
      });
      return this.#assertion;
    } catch (cause) {
      throw new TokenError('the private key of the sign-in cannot sign', { retryable: false, cause });
    }
  }
}

/** Whether a further field of form or header may be a secret: shorter ones are words, which stand in other texts too. */
function isSecret(value: string): boolean {
  return value.length >= 8;
}

/** Seconds for which a JWT says that it is good, by the clock of the endpoint; undefined when it does not say. */
function claimedLife(token: string, now = Date.now()): number | undefined {
  const life = (expiryOf(token) ?? 0) - now / 1000;
  return life > 0 ? life : undefined;
}
