import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { isSignedBy, readJwt, sealJwt } from './json-web-token.js';
import type { JsonWebToken } from './json-web-token.js';

/** Who may ask for tokens, by client credentials or by a refresh token. */
export interface TokenClient {
  /** Authenticates by a secret in the body. A client with neither this nor a certificate is a public one. */
  readonly secret?: string;
  /** Authenticates by an assertion that this certificate (PEM) belongs to (RFC 7523). */
  readonly certificate?: string;
  /** Scopes that may be asked for. @default any */
  readonly scopes?: readonly string[];
  /** Claims of its tokens. @default ['SMTP.SendAsApp'] */
  readonly roles?: readonly string[];
}

/** Who may ask for tokens by an assertion of its own (RFC 7523 2.1). */
export interface ServiceAccount {
  /** Public key, or the certificate that holds it, PEM. */
  readonly publicKey: string;
  /** Name of the key that the header must give. @default any or none */
  readonly keyId?: string;
  /** Mailboxes that it may ask for; others get `unauthorized_client`. @default any */
  readonly subjects?: readonly string[];
  /** Scopes that it may ask for; others get `unauthorized_client`. @default any */
  readonly scopes?: readonly string[];
}

/** What a token endpoint gives tokens for. */
export interface TokenGrantOptions {
  /** Clients by their id. @default none */
  readonly clients?: Readonly<Record<string, TokenClient>>;
  /** Service accounts by the issuer that they name. @default none */
  readonly serviceAccounts?: Readonly<Record<string, ServiceAccount>>;
  /** Refresh tokens that are good at the beginning, with the id of the client that each was given to. @default none */
  readonly refreshTokens?: Readonly<Record<string, string>>;
  /** Gives another refresh token with each answer; the one before is no longer good. @default false */
  readonly rotate?: boolean;
  /** Seconds for which a token is good. @default 3600 */
  readonly lifetime?: number;
  /** Leaves `expires_in` out of the answers. @default false */
  readonly hideLifetime?: boolean;
  /** `jwt` tokens can be read by anybody, `opaque` ones tell nothing. @default 'jwt' */
  readonly form?: 'jwt' | 'opaque';
  /** Claim `aud` of the tokens. @default 'https://outlook.office365.com' */
  readonly audience?: string;
  /** Claim `tid` of the tokens. @default 'b3f1c8a0-52d7-4a4e-9d3a-0c7f5e1d2a6b' */
  readonly tenantId?: string;
  /** The mailbox that introspection tells, of tokens that were asked for without one. @default no mailbox */
  readonly username?: string;
}

/** An access token that was issued. */
export interface IssuedToken {
  readonly token: string;
  readonly clientId: string;
  readonly scope: string;
  readonly username: string | undefined;
  readonly audience: string;
  /** When it ends, in milliseconds of the endpoint's clock. */
  readonly expiresAt: number;
}

/** An answer in the words of RFC 6749 5.1 or 5.2. */
export interface GrantAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A request that is refused. */
class Refusal {
  constructor(
    readonly error: string,
    readonly description: string,
    readonly status = 400,
  ) {}
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** Seconds by which clocks may differ, and for which an assertion may be good at most. */
const SKEW = 300;
const LONGEST = 3600;

/** The rules of a token endpoint, without the network. */
export class TokenGrants {
  /** Every token that was issued, in that order. */
  readonly issued: IssuedToken[] = [];
  readonly #refreshTokens: Map<string, string>;
  readonly #revoked = new Set<string>();
  readonly #assertionIds = new Set<string>();
  readonly #secret = randomBytes(32);

  constructor(
    readonly options: TokenGrantOptions,
    /** Milliseconds since 1970, as the endpoint takes it to be. */
    readonly now: () => number,
  ) {
    this.#refreshTokens = new Map(Object.entries(options.refreshTokens ?? {}));
  }

  /** Makes a token no longer good: a mail server that asks refuses it. */
  revoke(token: string): void {
    this.#revoked.add(token);
  }

  /** The token as it was issued, when it is good now. */
  active(token: string): IssuedToken | undefined {
    if (this.#revoked.has(token)) return undefined;
    return this.issued.find(issued => issued.token === token && issued.expiresAt > this.now());
  }

  /**
   * Answers a request for a token.
   *
   * @param url of the endpoint, which assertions must name
   */
  answer(form: URLSearchParams, url: string): GrantAnswer {
    try {
      return { status: 200, body: this.#grant(form, url) };
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      const { status, error, description } = refusal;
      return { status, body: { error, error_description: description } };
    }
  }

  #grant(form: URLSearchParams, url: string): Record<string, unknown> {
    for (const name of new Set(form.keys()))
      if (form.getAll(name).length > 1) throw new Refusal('invalid_request', `${name} stands there twice`);
    switch (form.get('grant_type')) {
      case 'client_credentials': {
        const id = this.#client(form, url);
        if (
          this.options.clients?.[id]?.secret === undefined &&
          this.options.clients?.[id]?.certificate === undefined
        )
          throw new Refusal('unauthorized_client', 'a public client has no credentials');
        return this.#issue(id, this.#scope(form, this.options.clients?.[id]?.scopes, 'invalid_scope'));
      }
      case 'refresh_token':
        return this.#refresh(form, this.#client(form, url));
      case JWT_BEARER:
        return this.#fromAssertion(form, url);
      default:
        throw new Refusal('unsupported_grant_type', `not ${String(form.get('grant_type'))}`);
    }
  }

  /** The id of the client that has authenticated itself. */
  #client(form: URLSearchParams, url: string): string {
    const id = form.get('client_id') ?? '';
    const client = this.options.clients?.[id];
    if (!client) throw new Refusal('invalid_client', `there is no client ${id}`, 401);
    if (client.certificate !== undefined) this.#checkClientAssertion(form, url, id, client.certificate);
    else if (client.secret !== (form.get('client_secret') ?? undefined))
      throw new Refusal('invalid_client', 'the secret is wrong', 401);
    return id;
  }

  #checkClientAssertion(form: URLSearchParams, url: string, id: string, pem: string): void {
    const refuse = (why: string): never => {
      throw new Refusal('invalid_client', why, 401);
    };
    if (form.has('client_secret')) refuse('two ways of authentication');
    if (form.get('client_assertion_type') !== ASSERTION_TYPE) refuse('client_assertion_type is wrong');
    const assertion = readJwt(form.get('client_assertion') ?? '') ?? refuse('client_assertion is no JWT');
    const certificate = new X509Certificate(pem);
    if (!isSignedBy(assertion, 'PS256', certificate.publicKey)) refuse('the signature is wrong');
    if (assertion.header['x5t#S256'] !== thumbprint(certificate))
      refuse('x5t#S256 names another certificate');
    const { iss, sub, aud, jti } = assertion.claims;
    if (iss !== id || sub !== id) refuse('iss and sub must be the client');
    if (aud !== url) refuse('aud must be the endpoint');
    if (typeof jti !== 'string' || jti === '' || this.#assertionIds.has(jti)) refuse('jti must be a new one');
    this.#assertionIds.add(String(jti));
    const why = this.#wrongTime(assertion);
    if (why !== undefined) refuse(why);
  }

  /** What is wrong with the times of an assertion. */
  #wrongTime({ claims: { iat, nbf, exp } }: JsonWebToken): string | undefined {
    const now = this.now() / 1000;
    if (!Number.isInteger(exp) || Number(exp) <= now) return 'the assertion is out of its time range (exp)';
    if (Number(exp) > now + LONGEST + SKEW) return 'exp is too far away';
    for (const [name, value] of Object.entries({ iat, nbf })) {
      if (value === undefined) continue;
      if (!Number.isInteger(value)) return `${name} is no number of seconds`;
      if (Number(value) > now + SKEW) return `the assertion is not yet good (${name})`;
      if (Number(exp) > Number(value) + LONGEST) return `exp is more than an hour after ${name}`;
      if (Number(exp) <= Number(value)) return `exp is not after ${name}`;
    }
    return undefined;
  }

  #refresh(form: URLSearchParams, clientId: string): Record<string, unknown> {
    const token = form.get('refresh_token') ?? '';
    if (this.#refreshTokens.get(token) !== clientId)
      throw new Refusal('invalid_grant', 'the refresh token is not good');
    const scopes = this.options.clients?.[clientId]?.scopes;
    const answer = this.#issue(clientId, this.#scope(form, scopes, 'invalid_scope'));
    if (!this.options.rotate) return answer;
    const next = `refresh-${randomBytes(24).toString('base64url')}`;
    this.#refreshTokens.delete(token);
    this.#refreshTokens.set(next, clientId);
    return { ...answer, refresh_token: next };
  }

  #fromAssertion(form: URLSearchParams, url: string): Record<string, unknown> {
    const refuse = (why: string): never => {
      throw new Refusal('invalid_grant', why);
    };
    const assertion = readJwt(form.get('assertion') ?? '') ?? refuse('assertion is no JWT');
    const { iss, sub, aud, scope, exp, iat } = assertion.claims;
    const account = this.options.serviceAccounts?.[String(iss)];
    if (!account) throw new Refusal('invalid_grant', 'there is no such service account');
    if (!isSignedBy(assertion, 'RS256', account.publicKey)) refuse('Invalid JWT Signature.');
    const { keyId } = account;
    if (keyId !== undefined && assertion.header['kid'] !== keyId) refuse('kid names another key');
    if (aud !== url) refuse('aud must be the endpoint');
    if (!Number.isInteger(iat) || Number(exp) > Number(iat) + LONGEST)
      refuse('Token must be a short-lived token');
    const why = this.#wrongTime(assertion);
    if (why !== undefined) refuse(why);
    const scopes = typeof scope === 'string' ? scope.split(' ') : [];
    if (scopes.length === 0) throw new Refusal('invalid_scope', 'Empty or missing scope not allowed.');
    const mayAct = typeof sub === 'string' && (account.subjects?.includes(sub) ?? true);
    if (!mayAct || !scopes.every(name => account.scopes?.includes(name) ?? true))
      throw new Refusal('unauthorized_client', 'Client is unauthorized to retrieve access tokens', 401);
    return this.#issue(String(iss), scopes.join(' '), String(sub));
  }

  #scope(form: URLSearchParams, allowed: readonly string[] | undefined, error: string): string {
    const scope = form.get('scope') ?? '';
    if (allowed && !scope.split(' ').every(name => name === '' || allowed.includes(name)))
      throw new Refusal(error, `the scope ${scope} is not valid`);
    return scope;
  }

  #issue(clientId: string, scope: string, username = this.options.username): Record<string, unknown> {
    const { lifetime = 3600, hideLifetime = false, form = 'jwt' } = this.options;
    const { audience = 'https://outlook.office365.com', tenantId = 'b3f1c8a0-52d7-4a4e-9d3a-0c7f5e1d2a6b' } =
      this.options;
    const expiresAt = this.now() + lifetime * 1000;
    const claims = {
      aud: audience,
      iss: `https://sts.example/${tenantId}/`,
      tid: tenantId,
      appid: clientId,
      iat: Math.floor(this.now() / 1000),
      exp: Math.floor(expiresAt / 1000),
      ...(username === undefined
        ? { roles: this.options.clients?.[clientId]?.roles ?? ['SMTP.SendAsApp'] }
        : { upn: username, scp: scope }),
      jti: randomBytes(9).toString('base64url'),
    };
    const token =
      form === 'jwt' ? sealJwt(claims, this.#secret) : `opaque-${randomBytes(32).toString('base64url')}`;
    this.issued.push({ token, clientId, scope, username, audience, expiresAt });
    return { token_type: 'Bearer', access_token: token, ...(!hideLifetime && { expires_in: lifetime }) };
  }
}

function thumbprint(certificate: X509Certificate): string {
  return createHash('sha256').update(certificate.raw).digest('base64url');
}
