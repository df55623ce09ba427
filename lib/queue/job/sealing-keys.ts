import type { KeyObject } from 'node:crypto';
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  randomFillSync,
} from 'node:crypto';
import { UnreadableJobError } from './unreadable-job-error.js';

/** Bytes that are sealed, and the key that opens them. */
export interface SealedBytes {
  readonly key: string;
  readonly bytes: Buffer;
}

/** Octets of a key. */
export const KEY_OCTETS = 32;

const CIPHER = 'aes-256-gcm';
const ID_DOMAIN = 'nest-mailroom queue key id 1';
const CONTENT_DOMAIN = 'nest-mailroom queue job 1';
const DIGEST_DOMAIN = 'nest-mailroom queue digest 1';
const ID_DIGITS = 8;
const SALT = 16;
const NONCE = 12;
const TAG = 16;
const HEAD = SALT + NONCE;
/** Mails that are sealed with one salt: few beside the 2^32 that a key may seal with random nonces. */
const MOST_OF_A_SALT = 2 ** 20;
/** Derived keys that are kept for opening; each process that seals has one at a time. */
const MOST_OPENERS = 64;
/** Nonces that are drawn at a time: asking the generator costs more than its octets. */
const NONCES = 256;
/** Octets that are handed to the cipher at a time: what it returns is in memory beside the whole. */
const PIECE = 1024 * 1024;

/**
 * The keys of a queue: the first seals, all open. What seals is derived from the first and a random salt, which each object draws for itself
 * and replaces in time, because a key may seal 2^32 messages with random nonces (NIST SP 800-38D 8.3), which a queue of years could pass.
 */
export class SealingKeys {
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly #first: string | undefined;
  readonly #digestKeys = new Map<string, Buffer>();
  readonly #openers = new Map<string, Buffer>();
  readonly #nonces = new Nonces();
  #sealer: Sealer | undefined;

  /** @param keys {@link KEY_OCTETS} random octets each, no two alike. @default none */
  constructor(keys: readonly Uint8Array[] = []) {
    this.#keys = new Map(keys.map(key => [keyIdOf(key), createSecretKey(key)]));
    this.#first = this.#keys.keys().next().value;
  }

  /** Id of the key that seals; undefined when there are no keys. Ids tell nothing about keys. */
  get first(): string | undefined {
    return this.#first;
  }

  /** Ids of all keys; the first seals. */
  get ids(): readonly string[] {
    return [...this.#keys.keys()];
  }

  /**
   * Seals the content of a job, so that it can be neither read nor changed, nor put under another job.
   *
   * @returns undefined when there are no keys
   */
  seal(jobId: string, bytes: Buffer): SealedBytes | undefined {
    const id = this.#first;
    const key = id === undefined ? undefined : this.#keys.get(id);
    if (id === undefined || key === undefined) return undefined;
    const sealed = Buffer.allocUnsafe(HEAD + bytes.length + TAG);
    const sealer = this.#sealerOf(key);
    const nonce = this.#nonces.next();
    sealer.salt.copy(sealed);
    nonce.copy(sealed, SALT);
    const cipher = createCipheriv(CIPHER, sealer.key, nonce, { authTagLength: TAG }).setAAD(boundTo(jobId));
    const end = transform(cipher, bytes, sealed, HEAD);
    cipher.final();
    cipher.getAuthTag().copy(sealed, end);
    return { key: id, bytes: sealed };
  }

  /**
   * Opens what was sealed.
   *
   * @throws UnreadableJobError `unknown-key` when the key is none of these; `changed` when it was changed, or sealed for another job
   */
  open(jobId: string, keyId: string, sealed: Buffer): Buffer {
    const key = this.#keys.get(keyId);
    if (!key)
      throw new UnreadableJobError(
        'unknown-key',
        `It is sealed with the key ${keyId}, which this process does not have (${this.#knownWords()}); add that key to the option keys, behind the others`,
      );
    if (sealed.length < HEAD + TAG) throw changed('is too short');
    const salt = sealed.subarray(0, SALT);
    const nonce = sealed.subarray(SALT, HEAD);
    const end = sealed.length - TAG;
    const decipher = createDecipheriv(CIPHER, this.#openerOf(keyId, key, salt), nonce, { authTagLength: TAG })
      .setAAD(boundTo(jobId))
      .setAuthTag(sealed.subarray(end));
    const opened = Buffer.allocUnsafeSlow(end - HEAD);
    transform(decipher, sealed.subarray(HEAD, end), opened, 0);
    try {
      decipher.final();
    } catch (error) {
      opened.fill(0);
      throw changed('does not match its seal', error);
    }
    return opened;
  }

  /**
   * The key for digests of messages that belongs to a key.
   *
   * @param id @default the first
   * @returns undefined when there is no such key
   */
  digestKey(id: string | undefined = this.#first): Uint8Array | undefined {
    const key = id === undefined ? undefined : this.#keys.get(id);
    if (id === undefined || key === undefined) return undefined;
    return kept(this.#digestKeys, id, () => derived(key, DIGEST_DOMAIN));
  }

  #sealerOf(key: KeyObject): Sealer {
    if (!this.#sealer || this.#sealer.left === 0) {
      const salt = randomFillSync(Buffer.alloc(SALT));
      this.#sealer = { salt, key: derived(key, CONTENT_DOMAIN, salt), left: MOST_OF_A_SALT };
    }
    this.#sealer.left--;
    return this.#sealer;
  }

  #openerOf(keyId: string, key: KeyObject, salt: Buffer): Buffer {
    // Whoever can write into the store can fill it with salts; what is forgotten is derived anew.
    if (this.#openers.size >= MOST_OPENERS) this.#openers.clear();
    return kept(this.#openers, `${keyId} ${salt.toString('latin1')}`, () =>
      derived(key, CONTENT_DOMAIN, salt),
    );
  }

  #knownWords(): string {
    return this.#keys.size === 0 ? 'it has no keys' : `it has ${this.ids.join(', ')}`;
  }
}

/** What seals for some time. */
interface Sealer {
  readonly salt: Buffer;
  readonly key: Buffer;
  /** Mails that it may still seal. */
  left: number;
}

/** Random nonces, each given once. */
class Nonces {
  readonly #drawn = Buffer.alloc(NONCES * NONCE);
  #next = NONCES;

  /** To be copied before the next one is asked for. */
  next(): Buffer {
    if (this.#next === NONCES) {
      randomFillSync(this.#drawn);
      this.#next = 0;
    }
    const at = this.#next++ * NONCE;
    return this.#drawn.subarray(at, at + NONCE);
  }
}

function kept(map: Map<string, Buffer>, name: string, make: () => Buffer): Buffer {
  const found = map.get(name);
  if (found) return found;
  const made = make();
  map.set(name, made);
  return made;
}

/** The id of a key: says which one it is, and nothing about it. */
export function keyIdOf(key: Uint8Array): string {
  return createHash('sha256').update(`${ID_DOMAIN}\0`).update(key).digest('hex').slice(0, ID_DIGITS);
}

/** HKDF-Expand with SHA-256 (RFC 5869 2.3) for one block; a key is random already, so it needs no extraction (3.3). */
function derived(key: KeyObject, domain: string, salt: Buffer = Buffer.alloc(0)): Buffer {
  return createHmac('sha256', key).update(`${domain}\0`).update(salt).update(Buffer.of(1)).digest();
}

function boundTo(jobId: string): Buffer {
  return Buffer.from(`${CONTENT_DOMAIN}\0${jobId}`);
}

/** Puts bytes through a cipher, piece by piece. */
function transform(
  cipher: { update(piece: Buffer): Buffer },
  bytes: Buffer,
  target: Buffer,
  start: number,
): number {
  let end = start;
  for (let at = 0; at < bytes.length; at += PIECE)
    end += cipher.update(bytes.subarray(at, at + PIECE)).copy(target, end);
  return end;
}

function changed(what: string, cause?: unknown): UnreadableJobError {
  return new UnreadableJobError(
    'changed',
    `Its sealed content ${what}: somebody has changed it, or put it under another job; it cannot be sent`,
    { cause },
  );
}
