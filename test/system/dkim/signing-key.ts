import type { KeyObject } from 'node:crypto';
import { generateKeyPairSync } from 'node:crypto';

/** Kinds of keys that sign mail: RFC 6376 and RFC 8463. */
export type SigningAlgorithm = 'RSA' | 'Ed25519';

/** A key that signs, and what the DNS says of it. */
export interface SigningKey {
  readonly selector: string;
  /** Private key, PEM. */
  readonly privateKey: string;
  /** Name and content of the TXT record with the public key. */
  readonly record: readonly [name: string, content: string];
}

/** The domain whose mail is signed. */
export const SIGNING_DOMAIN = 'contoso.test';
/** Octets of an Ed25519 public key: RFC 8463 publishes them bare, without the structure around them. */
const ED25519_OCTETS = 32;

/** Makes a key and the record for the DNS. */
export function createSigningKey(algorithm: SigningAlgorithm): SigningKey {
  const pair =
    algorithm === 'RSA'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ed25519');
  const selector = algorithm.toLowerCase();
  return {
    selector,
    privateKey: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    record: [
      `${selector}._domainkey.${SIGNING_DOMAIN}`,
      `v=DKIM1; k=${selector}; p=${publishedKey(pair.publicKey, algorithm)}`,
    ],
  };
}

function publishedKey(key: KeyObject, algorithm: SigningAlgorithm): string {
  const der = key.export({ type: 'spki', format: 'der' });
  return (algorithm === 'RSA' ? der : der.subarray(-ED25519_OCTETS)).toString('base64');
}
