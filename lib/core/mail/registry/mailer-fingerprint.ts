import type { Hmac } from 'node:crypto';
import { createHmac, randomBytes } from 'node:crypto';
import { isDate, isRegExp, isUint8Array } from 'node:util/types';

/** Deeper values are compared by identity. */
const DEEPEST = 20;

/**
 * Tells whether settings and options are the same as before, without keeping them: a keyed hash of their values, whose key
 * nobody else has, so that no secret can be guessed from it. Objects are compared by their fields in whatever order; functions
 * and instances of classes by identity.
 */
export class MailerFingerprints {
  readonly #key = randomBytes(32);
  readonly #identities = new WeakMap<object, number>();
  #identity = 0;

  /** The fingerprint of some values. Fields that are not enumerable count too: secrets are such. */
  of(...values: readonly unknown[]): string {
    const hash = createHmac('sha256', this.#key);
    this.#add(hash, values, 0);
    return hash.digest('base64');
  }

  #add(hash: Hmac, value: unknown, depth: number): void {
    if (typeof value === 'function' || (typeof value === 'object' && value !== null)) {
      this.#addObject(hash, value, depth);
      return;
    }
    const text = String(value);
    hash.update(`${typeof value}:${Buffer.byteLength(text)}:${text};`);
  }

  #addObject(hash: Hmac, value: object, depth: number): void {
    if (Array.isArray(value) && depth < DEEPEST) {
      hash.update(`list:${value.length};`);
      for (const item of value) this.#add(hash, item, depth + 1);
    } else if (isUint8Array(value)) {
      hash.update(`bytes:${value.length};`);
      hash.update(value);
    } else if (isDate(value)) {
      this.#add(hash, `date ${value.getTime()}`, depth);
    } else if (isRegExp(value) || value instanceof URL) {
      this.#add(hash, `text ${String(value)}`, depth);
    } else if (isPlain(value) && depth < DEEPEST) {
      const names = Object.getOwnPropertyNames(value).toSorted();
      hash.update('fields;');
      for (const name of names) {
        const field: unknown = Reflect.get(value, name);
        if (field === undefined) continue;
        this.#add(hash, name, depth);
        this.#add(hash, field, depth + 1);
      }
      hash.update('end;');
    } else {
      hash.update(`object:${this.#identityOf(value)};`);
    }
  }

  #identityOf(value: object): number {
    const known = this.#identities.get(value);
    if (known !== undefined) return known;
    this.#identity++;
    this.#identities.set(value, this.#identity);
    return this.#identity;
  }
}

/** An object literal, of whatever realm. */
function isPlain(value: object): boolean {
  if (typeof value === 'function') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
