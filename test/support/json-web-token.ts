import { constants, createHmac, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** The signatures of JSON Web Algorithms (RFC 7518) that assertions are made with. */
export type JwtAlgorithm = 'PS256' | 'RS256';

/** A JSON Web Token (RFC 7519) that was read but not verified. */
export interface JsonWebToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** What the signature is about: header and claims as they came. */
  readonly signed: string;
  readonly signature: Buffer;
}

/** Reads a token; undefined when it is none. Nothing is said of its signature. */
export function readJwt(text: string): JsonWebToken | undefined {
  const parts = text.split('.');
  const [header = '', claims = '', signature = ''] = parts;
  if (parts.length !== 3 || !parts.every(part => /^[\w-]+$/.test(part))) return undefined;
  try {
    return {
      header: record(header),
      claims: record(claims),
      signed: `${header}.${claims}`,
      signature: Buffer.from(signature, 'base64url'),
    };
  } catch {
    return undefined;
  }
}

/** Whether a token is signed by this algorithm with the key that belongs to a public key. */
export function isSignedBy(
  token: JsonWebToken,
  algorithm: JwtAlgorithm,
  publicKey: string | KeyObject,
): boolean {
  if (token.header['alg'] !== algorithm) return false;
  const key = typeof publicKey === 'string' ? createPublicKey(publicKey) : publicKey;
  return verify('sha256', Buffer.from(token.signed), { key, ...padding(algorithm) }, token.signature);
}

/** Signs claims with a private key. */
export function signJwt(header: object, claims: object, algorithm: JwtAlgorithm, key: string): string {
  const signed = `${encoded({ typ: 'JWT', alg: algorithm, ...header })}.${encoded(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, ...padding(algorithm) }).toString('base64url')}`;
}

/** Signs claims with a secret that only the one knows who issues and accepts the token (HS256). */
export function sealJwt(claims: object, secret: Buffer): string {
  const signed = `${encoded({ typ: 'JWT', alg: 'HS256' })}.${encoded(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

function padding(algorithm: JwtAlgorithm): { padding: number; saltLength?: number } {
  // RFC 7518 3.5: the salt is as long as the hash.
  return algorithm === 'PS256'
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : { padding: constants.RSA_PKCS1_PADDING };
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function record(part: string): Record<string, unknown> {
  const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
  if (typeof value !== 'object' || value === null) throw new TypeError('no object');
  return { ...value };
}
