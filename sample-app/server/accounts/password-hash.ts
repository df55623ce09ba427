import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** What is kept of a password. */
export interface PasswordHash {
  readonly salt: Buffer;
  readonly key: Buffer;
}

const derive: (password: string, salt: Buffer, length: number) => Promise<Buffer> = promisify<
  string,
  Buffer,
  number,
  Buffer
>(scrypt);
const KEY_LENGTH = 32;

/** Hashes a password with a salt of its own. */
export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(16);
  return { salt, key: await derive(password.normalize('NFC'), salt, KEY_LENGTH) };
}

/** Whether this password made the hash. */
export async function matchesHash(password: string, { salt, key }: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derive(password.normalize('NFC'), salt, KEY_LENGTH), key);
}
