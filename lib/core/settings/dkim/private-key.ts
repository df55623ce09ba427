import type { KeyObject } from 'node:crypto';
import { createPublicKey, sign, verify } from 'node:crypto';
import type { PrivateKeySource } from '../private-key-object.js';
import { privateKeyObject } from '../private-key-object.js';
import { SettingValueError } from '../setting-parsers.js';

/** A private key that signs mails. */
export interface SigningKeyMaterial {
  readonly key: KeyObject;
  /** Its algorithm as the tag `a=` names it (RFC 6376 3.3, RFC 8463 3). */
  readonly algorithm: 'rsa-sha256' | 'ed25519-sha256';
  /** Length of an RSA modulus. */
  readonly bits?: number;
}

/** RSA keys below this length are not verified by anybody (RFC 8301 3.2). */
const LEAST_RSA_BITS = 1024;
const INSTEAD = 'RSA of 2048 bits or more, or Ed25519';
const PUBLIC = 'is a public key; the private key is what signs, the public one belongs into the DNS';

/**
 * Reads a private key for signatures: RSA or Ed25519, in PEM (PKCS#8 or PKCS#1), also with `\n` written as two characters
 * or with blanks for line ends, or as base64 without the PEM lines.
 *
 * @param passphrase of an encrypted key; settings have none
 * @throws {@link SettingValueError} with words that complete "Key: …" and hold nothing of the key
 */
export function readPrivateKey(source: PrivateKeySource, passphrase?: string | Buffer): SigningKeyMaterial {
  const material = materialOf(privateKeyObject(source, PUBLIC, passphrase));
  if (!canSign(material))
    throw new SettingValueError('is damaged: signatures made with it cannot be verified');
  return material;
}

function materialOf(key: KeyObject): SigningKeyMaterial {
  const { type, asymmetricKeyType: kind, asymmetricKeyDetails: details } = key;
  if (type === 'public') throw new SettingValueError(PUBLIC);
  if (type !== 'private')
    throw new SettingValueError('is a key object of the type secret; give a private key');
  if (kind === 'ed25519') return { key, algorithm: 'ed25519-sha256' };
  if (kind !== 'rsa')
    throw new SettingValueError(
      `is a key of the kind ${kindWords(kind)}, which DKIM does not know; use ${INSTEAD}`,
    );
  const bits = details?.modulusLength ?? 0;
  if (bits < LEAST_RSA_BITS)
    throw new SettingValueError(`is an RSA key of ${bits} bits, which nobody verifies; use ${INSTEAD}`);
  return { key, algorithm: 'rsa-sha256', bits };
}

function kindWords(kind: string | undefined): string {
  return kind === 'ec' ? 'EC' : (kind ?? 'unknown').toUpperCase();
}

/** Whether a signature can be verified: the parts of a private key may be at odds with each other. */
function canSign({ key, algorithm }: SigningKeyMaterial): boolean {
  const hash = algorithm === 'rsa-sha256' ? 'sha256' : null;
  const probe = Buffer.from('DKIM');
  try {
    return verify(hash, probe, createPublicKey(key), sign(hash, probe, key));
  } catch {
    return false;
  }
}
