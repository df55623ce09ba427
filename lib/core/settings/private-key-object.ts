import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { isKeyObject } from 'node:util/types';
import { binaryWords } from './binary-words.js';
import { pemBlocks, rewrapped, unpacked } from './pem-blocks.js';
import { SettingValueError } from './setting-parsers.js';

/** A private key as code may give it; a text is what settings have. */
export type PrivateKeySource = string | Uint8Array | KeyObject;

/** A text that begins like a path and is longer may be base64. */
const LONGEST_PATH = 256;
const UNREADABLE =
  'is no private key that can be read; give one in PEM (PKCS#8 or PKCS#1), with its lines from BEGIN to END';

/**
 * Reads a private key of any kind: in PEM (PKCS#8 or PKCS#1), also with `\n` written as two characters or with blanks for
 * line ends, or as base64 without the PEM lines.
 *
 * @param publicWords said of a public key in its place
 * @param passphrase of an encrypted key; settings have none
 * @throws {@link SettingValueError} with words that complete "Key: …" and hold nothing of the key
 */
export function privateKeyObject(
  source: PrivateKeySource,
  publicWords: string,
  passphrase?: string | Buffer,
): KeyObject {
  if (isKeyObject(source)) return source;
  if (typeof source === 'string') return keyInText(source, publicWords, passphrase);
  const bytes = Buffer.from(source);
  const written = bytes.toString('latin1');
  return written.includes('-----BEGIN')
    ? keyInText(written, publicWords, passphrase)
    : keyInDer(bytes, publicWords);
}

/** Whether a text holds a private key in PEM. */
export function holdsPrivateKey(source: string): boolean {
  return /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(source);
}

function keyInText(source: string, publicWords: string, passphrase: string | Buffer | undefined): KeyObject {
  const written = unpacked(source);
  const blocks = pemBlocks(written);
  if (blocks.length === 0) return keyInBase64(written, publicWords);
  const keys = blocks.filter(({ label }) => label.endsWith('PRIVATE KEY'));
  const [only] = keys;
  if (!only) throw new SettingValueError(wordsForLabel(blocks[0]?.label ?? '', publicWords));
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

/** Base64 of a key in DER. */
function keyInBase64(written: string, publicWords: string): KeyObject {
  const compact = written.replace(/\s+/g, '');
  if (/^v=DKIM1\b|(?:^|;)p=/i.test(compact) || compact.startsWith('ssh-'))
    throw new SettingValueError(publicWords);
  if (written.length < LONGEST_PATH && /^(?:\.{0,2}|[a-z]:)[\\/]|\.(?:pem|key|txt|json)$/i.test(written))
    throw new SettingValueError(`${UNREADABLE}; the setting for the path of a file is PrivateKeyFile`);
  if (!/^[a-z0-9+/]{40,}={0,2}$/i.test(compact)) throw new SettingValueError(UNREADABLE);
  return keyInDer(Buffer.from(compact, 'base64'), publicWords);
}

function keyInDer(der: Buffer, publicWords: string): KeyObject {
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
    throw new SettingValueError(binaryWords(der) ?? UNREADABLE);
  }
  throw new SettingValueError(publicWords);
}

function wordsForLabel(label: string, publicWords: string): string {
  if (label.includes('PUBLIC KEY')) return publicWords;
  return label === 'CERTIFICATE' ? 'is a certificate; give the private key' : UNREADABLE;
}
