/** What can be told of a sign-in by something else than a password: nothing of it is secret. */
export type SignInFacts = TokenFacts | KerberosFacts;

/** What can be told of an access token. */
export interface TokenFacts {
  readonly by: 'token';
  /** Why there is none, in a sentence without its full stop; undefined when there is one. */
  readonly problem?: string;
  /** `ClientCredentials`, `RefreshToken` or `JwtBearer`; undefined for a token of the application's own. */
  readonly grantType?: string;
  /** Where it was asked for; undefined for a token of the application's own. */
  readonly tokenEndpoint?: string;
  /** Who asked. */
  readonly clientId?: string;
  /** What was asked for. */
  readonly scope?: string;
  /** Seconds for which it can be used, as the endpoint said; undefined when it did not. */
  readonly expiresIn?: number;
  /** Claims of a JWT (RFC 7519) that tell for whom it is good: `aud`, `roles`, `scp`, `tid`, `exp`; undefined when the token is none. */
  readonly claims?: Readonly<Record<string, string | number | readonly string[]>>;
}

/** What can be told of a sign-in by Kerberos. */
export interface KerberosFacts {
  readonly by: 'kerberos';
  /** Principal of the account; undefined when the library does not tell. */
  readonly account?: string;
  /** Name of the server's service that a ticket was asked for. */
  readonly servicePrincipal: string;
}
