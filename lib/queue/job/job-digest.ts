import { timingSafeEqual } from 'node:crypto';
import type { QueuedDeliverOptions } from '../../core/delivery/mail-delivery.js';
import type { JobDigest } from './mail-job.js';
import type { SealingKeys } from './sealing-keys.js';

/** What of a send its digest is made of. */
export type DigestOptions = Pick<QueuedDeliverOptions, 'idempotencyKey' | 'digest'>;

/**
 * The digest of a message as the caller gave it: an HMAC where there are keys, because a plain digest of a short message
 * can be guessed.
 *
 * @returns undefined where the caller gave no key of his own: a Message-ID is not used again for another message
 */
export async function digestOf(options: DigestOptions, keys: SealingKeys): Promise<JobDigest | undefined> {
  if (options.idempotencyKey === undefined || !options.digest) return undefined;
  const { first } = keys;
  if (first === undefined) return { value: await options.digest() };
  return { key: first, value: await options.digest(keys.digestKey(first)) };
}

/**
 * Whether a send says the same as the one whose job is in the store. Both have the same id.
 *
 * @param stored the digest in that job
 * @returns `unknown` when it cannot be told: a job without a digest, or one of a key that this process does not have
 */
export async function comparedDigest(
  stored: JobDigest | undefined,
  options: DigestOptions,
  keys: SealingKeys,
): Promise<'same' | 'other' | 'unknown'> {
  if (!stored || !options.digest) return 'unknown';
  const key = stored.key === undefined ? undefined : keys.digestKey(stored.key);
  if (stored.key !== undefined && !key) return 'unknown';
  return isSameText(await options.digest(key), stored.value) ? 'same' : 'other';
}

function isSameText(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
