import type { KeyObject } from 'node:crypto';
import { createHash, sign } from 'node:crypto';
import type { SigningKeyMaterial } from '../../../settings/dkim/private-key.js';
import type { NamedSigningKey } from '../../../settings/dkim/signing-warnings.js';

/** A key that signs mails, with the names under which receivers find its public key. */
export class SigningKey implements NamedSigningKey {
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: SigningKeyMaterial['algorithm'];
  readonly bits?: number;
  readonly #key: KeyObject;

  constructor(
    { domain, selector }: { domain: string; selector: string },
    { key, algorithm, bits }: SigningKeyMaterial,
  ) {
    this.domain = domain;
    this.selector = selector;
    this.algorithm = algorithm;
    if (bits !== undefined) this.bits = bits;
    this.#key = key;
  }

  /**
   * Signs a text, off the main thread.
   *
   * @param text one character for each octet
   * @returns the signature in base64
   */
  async sign(text: string): Promise<string> {
    const bytes = Buffer.from(text, 'latin1');
    // RFC 8463 3: Ed25519 signs the SHA-256 of what RSA signs.
    const signature =
      this.algorithm === 'ed25519-sha256'
        ? await signatureOf(null, createHash('sha256').update(bytes).digest(), this.#key)
        : await signatureOf('sha256', bytes, this.#key);
    return signature.toString('base64');
  }
}

function signatureOf(algorithm: string | null, bytes: Buffer, key: KeyObject): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign(algorithm, bytes, key, (error, signature) => (error ? reject(error) : resolve(signature)));
  });
}
