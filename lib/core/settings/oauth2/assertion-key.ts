import type { KeyObject } from 'node:crypto';
import { createPublicKey, sign, verify } from 'node:crypto';
import { privateKeyObject } from '../private-key-object.js';
import { SettingValueError } from '../setting-parsers.js';

/** Shortest RSA key that signs assertions: RFC 7518 3.3 and 3.5. */
export const LEAST_RSA_BITS = 2048;

/**
 * Reads a private key that signs assertions (RFC 7523): RSA, in PEM or as base64.
 *
 * @throws {@link SettingValueError} with words that complete "Key: …" and hold nothing of the key
 */
export function readAssertionKey(source: string): KeyObject {
  const key = privateKeyObject(source, 'is a public key; the private key is what signs');
  const problem = rsaProblem(key);
  if (problem !== undefined) throw new SettingValueError(`is a key ${problem}`);
  if (!canSign(key)) throw new SettingValueError('is damaged: signatures made with it cannot be verified');
  return key;
}

/** Says why a key, private or public, cannot be used for assertions, in words that complete "a key …"; undefined when it can. */
export function rsaProblem(key: KeyObject): string | undefined {
  const { asymmetricKeyType: kind = 'unknown', asymmetricKeyDetails: details } = key;
  const wanted = `use RSA of ${LEAST_RSA_BITS} bits or more`;
  if (kind !== 'rsa')
    return `of the kind ${kind.toUpperCase()}, which token endpoints do not take; ${wanted}`;
  const bits = details?.modulusLength ?? 0;
  return bits < LEAST_RSA_BITS ? `of RSA with ${bits} bits; ${wanted}` : undefined;
}

/** Whether a signature can be verified: the parts of a private key may be at odds with each other. */
function canSign(key: KeyObject): boolean {
  const probe = Buffer.from('JWT');
  try {
    return verify('sha256', probe, createPublicKey(key), sign('sha256', probe, key));
  } catch {
    return false;
  }
}
