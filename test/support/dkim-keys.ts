import type { KeyObject } from 'node:crypto';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';

/** A private key, and the record by which receivers find its public part. */
export interface TestKey {
  /** PEM, PKCS#8. */
  readonly pem: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Text of the TXT record. */
  readonly record: string;
}

/** Makes an RSA key. */
export function rsaKey(modulusLength = 2048): TestKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength });
  return testKey(privateKey, 'rsa', der => der);
}

/** Makes an Ed25519 key. */
export function ed25519Key(): TestKey {
  return testKey(generateKeyPairSync('ed25519').privateKey, 'ed25519', der => der.subarray(12));
}

/** The private key as PEM. */
export function pemOf(key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1' = 'pkcs8'): string {
  return key.export({ format: 'pem', type }).toString();
}

function testKey(privateKey: KeyObject, kind: string, published: (der: Buffer) => Buffer): TestKey {
  const publicKey = createPublicKey(privateKey);
  const p = published(publicKey.export({ format: 'der', type: 'spki' })).toString('base64');
  return { pem: pemOf(privateKey), privateKey, publicKey, record: `v=DKIM1; k=${kind}; p=${p}` };
}
