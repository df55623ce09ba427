import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { isKeyObject } from 'node:util/types';
import { SettingValueError } from '../setting-parsers.js';

/** A private key that signs mails. */
export interface SigningKeyMaterial {
  readonly key: KeyObject;
  /** Its algorithm as the tag `a=` names it (RFC 6376 3.3, RFC 8463 3). */
  readonly algorithm: 'rsa-sha256' | 'ed25519-sha256';
  /** Length of an RSA modulus. */
  readonly bits?: number;
}

/** A private key as code may give it; a text is what settings have. */
export type PrivateKeySource = string | Uint8Array | KeyObject;

/** RSA keys below this length are not verified by anybody (RFC 8301 3.2). */
const LEAST_RSA_BITS = 1024;
const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([^]*?)-----END \1-----/g;
/** A text that begins like a path and is longer may be base64. */
const LONGEST_PATH = 256;
const INSTEAD = 'RSA of 2048 bits or more, or Ed25519';
const UNREADABLE =
  'is no private key that can be read; give one in PEM (PKCS#8 or PKCS#1), with its lines from BEGIN to END';

/**
 * Reads a private key for signatures: RSA or Ed25519, in PEM (PKCS#8 or PKCS#1), also with `\n` written as two characters
 * or with blanks for line ends, or as base64 without the PEM lines.
 *
 * @param passphrase of an encrypted key; settings have none
 * @throws {@link SettingValueError} with words that complete "Key: …" and hold nothing of the key
 */
export function readPrivateKey(source: PrivateKeySource, passphrase?: string | Buffer): SigningKeyMaterial {
  const key = isKeyObject(source) ? source : keyIn(source, passphrase);
  const material = materialOf(key);
  if (!canSign(material))
    throw new SettingValueError('is damaged: signatures made with it cannot be verified');
  return material;
}

function keyIn(source: string | Uint8Array, passphrase: string | Buffer | undefined): KeyObject {
  if (typeof source !== 'string') {
    const bytes = Buffer.from(source);
    const written = bytes.toString('latin1');
    return written.includes('-----BEGIN') ? keyInText(written, passphrase) : keyInDer(bytes);
  }
  return keyInText(source, passphrase);
}

function keyInText(source: string, passphrase: string | Buffer | undefined): KeyObject {
  const written = source
    .replace(/\\r\\n|\\n|\\r/g, '\n')
    .replace(/^\uFEFF/, '')
    .trim()
    .replace(/^(["'])([^]*)\1$/, '$2');
  const blocks = [...written.matchAll(PEM_BLOCK)].map(([, label = '', body = '']) => ({ label, body }));
  if (blocks.length === 0) return keyInBase64(written);
  const keys = blocks.filter(({ label }) => label.endsWith('PRIVATE KEY'));
  const [only] = keys;
  if (!only) throw new SettingValueError(publicWords(blocks[0]?.label ?? ''));
  if (keys.length > 1) throw new SettingValueError('holds several private keys; give one');
  if (only.label === 'OPENSSH PRIVATE KEY')
    throw new SettingValueError(
      'is in the format of OpenSSH; bring it into PKCS#8 with ssh-keygen -p -m PKCS8, or make another key',
    );
  const encrypted = only.label === 'ENCRYPTED PRIVATE KEY' || /ENCRYPTED/.test(only.body);
  if (encrypted && passphrase === undefined)
    throw new SettingValueError(
      'is encrypted with a passphrase; give the key without one, as openssl pkey -in <file> writes it',
    );
  try {
    const pem = encrypted
      ? `-----BEGIN ${only.label}-----${only.body}-----END ${only.label}-----\n`
      : rewrapped(only);
    return createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) });
  } catch {
    // The reason of OpenSSL says less than these words.
    throw new SettingValueError(encrypted ? 'cannot be decrypted with its passphrase' : UNREADABLE);
  }
}

/** The block with lines as OpenSSL wants them: environment variables have blanks or nothing for line ends. */
function rewrapped({ label, body }: { label: string; body: string }): string {
  const lines = body.replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** Base64 of a key in DER. */
function keyInBase64(written: string): KeyObject {
  const compact = written.replace(/\s+/g, '');
  if (/^v=DKIM1\b|(?:^|;)p=/i.test(compact) || compact.startsWith('ssh-'))
    throw new SettingValueError(publicWords('PUBLIC KEY'));
  if (written.length < LONGEST_PATH && /^(?:\.{0,2}|[a-z]:)[\\/]|\.(?:pem|key|txt)$/i.test(written))
    throw new SettingValueError(`${UNREADABLE}; the setting for the path of a file is PrivateKeyFile`);
  if (!/^[a-z0-9+/]{40,}={0,2}$/i.test(compact)) throw new SettingValueError(UNREADABLE);
  return keyInDer(Buffer.from(compact, 'base64'));
}

function keyInDer(der: Buffer): KeyObject {
  for (const type of ['pkcs8', 'pkcs1'] as const) {
    try {
      return createPrivateKey({ key: der, format: 'der', type });
    } catch {
      // The next form is tried.
    }
  }
  try {
    createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    throw new SettingValueError(UNREADABLE);
  }
  throw new SettingValueError(publicWords('PUBLIC KEY'));
}

function publicWords(label: string): string {
  if (label.includes('PUBLIC KEY'))
    return 'is a public key; the private key is what signs, the public one belongs into the DNS';
  return label === 'CERTIFICATE' ? 'is a certificate; give the private key' : UNREADABLE;
}

function materialOf(key: KeyObject): SigningKeyMaterial {
  const { type, asymmetricKeyType: kind, asymmetricKeyDetails: details } = key;
  if (type === 'public') throw new SettingValueError(publicWords('PUBLIC KEY'));
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
