import { constants, randomUUID, sign, X509Certificate } from 'node:crypto';

/** Seconds for which an assertion is good: it is used at once. */
const ASSERTION_LIFE = 300;

/** A claim set of a JWT (RFC 7519 4). */
type Claims = Readonly<Record<string, string | number>>;

/** How the private key signs. */
export interface SigningKey {
  /** PEM. */
  readonly privateKey: string;
  /** PEM; names the key by the hash of its certificate. */
  readonly certificate?: string | undefined;
  /** Names the key, where there is no certificate. */
  readonly keyId?: string | undefined;
}

/** What authenticates a client by its key: `private_key_jwt` (RFC 7523 2.2), signed with PS256 and named by `x5t#S256`. */
export function clientAssertion(key: SigningKey, clientId: string, tokenEndpoint: string): string {
  const now = secondsNow();
  return signed('PS256', key, {
    iss: clientId,
    sub: clientId,
    aud: tokenEndpoint,
    jti: randomUUID(),
    iat: now,
    nbf: now,
    exp: now + ASSERTION_LIFE,
  });
}

/** What a service account says of the mailbox that it acts for (RFC 7523 2.1), signed with RS256. */
export function bearerAssertion(
  key: SigningKey,
  claims: {
    readonly issuer: string;
    readonly subject: string;
    readonly tokenEndpoint: string;
    readonly scope?: string | undefined;
    /** Seconds. @default 300 */
    readonly life?: number | undefined;
  },
): string {
  const now = secondsNow();
  return signed('RS256', key, {
    iss: claims.issuer,
    sub: claims.subject,
    aud: claims.tokenEndpoint,
    ...(claims.scope !== undefined && { scope: claims.scope }),
    jti: randomUUID(),
    iat: now,
    exp: now + (claims.life ?? ASSERTION_LIFE),
  });
}

function signed(
  alg: 'PS256' | 'RS256',
  { privateKey, certificate, keyId }: SigningKey,
  claims: Claims,
): string {
  const header = {
    alg,
    typ: 'JWT',
    ...(certificate !== undefined && { 'x5t#S256': thumbprint(certificate) }),
    ...(certificate === undefined && keyId !== undefined && { kid: keyId }),
  };
  const content = [header, claims]
    .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const padding =
    alg === 'PS256'
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : { padding: constants.RSA_PKCS1_PADDING };
  const signature = sign('sha256', Buffer.from(content), { key: privateKey, ...padding });
  return `${content}.${signature.toString('base64url')}`;
}

/** RFC 7515 4.1.8. */
function thumbprint(certificate: string): string {
  const digest = new X509Certificate(certificate).fingerprint256.replaceAll(':', '');
  return Buffer.from(digest, 'hex').toString('base64url');
}

function secondsNow(): number {
  return Math.floor(Date.now() / 1000);
}
