/** How access tokens are got: the values of `OAuth2.GrantType`. */
export type OAuth2GrantType = 'ClientCredentials' | 'RefreshToken' | 'JwtBearer';
/** The mechanisms of SASL that hand an access token over: the values of `OAuth2.Mechanism`. */
export type OAuth2Mechanism = 'XOAUTH2' | 'OAUTHBEARER';

/** The setting `OAuth2` after checking: an access token is signed in with, for the mailbox that `Username` names. */
export interface ResolvedOAuth2 {
  /** How tokens are got (RFC 6749 4.4 and 6, RFC 7523 2.1). */
  readonly grantType: OAuth2GrantType;
  /** The tenant of Microsoft Entra that endpoint and scope were taken from; absent where both are written. */
  readonly tenantId?: string;
  /** Absolute URL of the token endpoint (RFC 6749 3.2): https, or http on this machine. */
  readonly tokenEndpoint: string;
  /** What the token is asked for (RFC 6749 3.3). */
  readonly scope?: string;
  /** Who asks; with `JwtBearer`, the service account. */
  readonly clientId?: string;
  /** The mechanism that hands the token over; absent: what the server offers. */
  readonly mechanism?: OAuth2Mechanism;
  /** Not enumerable, as all secrets. */
  readonly clientSecret?: string;
  /** Certificate in PEM that the client assertion names (RFC 7515 4.1.8). Not enumerable. */
  readonly certificate?: string;
  /** Private key in PEM (PKCS#8) that signs assertions (RFC 7523). Not enumerable. */
  readonly privateKey?: string;
  /** Name of the private key, as a key file of a service account gives it (RFC 7515 4.1.4). */
  readonly privateKeyId?: string;
  /** Not enumerable. The first one: an endpoint may replace it by another. */
  readonly refreshToken?: string;
}
