import type { KeyObject, PrivateKeyInput, SignKeyObjectInput } from 'node:crypto';

/** A private key as code gives it: PEM (PKCS#8 or PKCS#1), DER, a key object, or one of these with its passphrase. */
export type DkimPrivateKey = string | Buffer | KeyObject | PrivateKeyInput | SignKeyObjectInput;

/** A key that mails are signed with, in code. */
export interface DkimKeyOptions {
  /** The domain that signs (tag `d=`); should be that of the author. */
  domainName?: string | undefined;
  /** The name under which the public key is published: `<keySelector>._domainkey.<domainName>`. */
  keySelector?: string | undefined;
  /** The private key: RSA of 2048 bits or more, or Ed25519 (RFC 8463). */
  privateKey?: DkimPrivateKey | undefined;
}

/** How mails that leave by SMTP are signed (RFC 6376), in code: one key, or several in `keys`. */
export interface DkimOptions extends DkimKeyOptions {
  /** Several keys; each makes a signature of its own. @default the one key that stands beside */
  keys?: DkimKeyOptions | DkimKeyOptions[] | undefined;
  /** Hash of body and header; there is no other. @default 'sha256' */
  hashAlgo?: string | undefined;
  /**
   * Names of the header fields to sign, with `:` between them. One that is named twice is signed once more than it occurs,
   * so that nobody can add another. @default the list in docs/settings.md
   */
  headerFieldNames?: string | undefined;
  /** Names of header fields to leave out of that list, with `:` between them. @default none */
  skipFields?: string | undefined;
  /** @deprecated has no effect: nothing is kept on disk. @default none */
  cacheDir?: string | false | undefined;
  /** @deprecated has no effect: nothing is kept on disk. @default none */
  cacheTreshold?: number | undefined;
}
