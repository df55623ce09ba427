import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { comparedDigest, digestOf } from '../../../lib/queue/job/job-digest.js';
import { SealingKeys } from '../../../lib/queue/job/sealing-keys.js';
import { someKeys } from './job-parts.js';

const saying = (text: string) => ({
  idempotencyKey: 'order-1',
  digest: async (key?: Uint8Array) =>
    (key ? createHmac('sha256', key) : createHash('sha256')).update(text).digest('base64'),
});
const none = new SealingKeys();

describe('The digest of a message', () => {
  it('is an HMAC where there are keys, so that a short message cannot be guessed', async () => {
    const { keys } = someKeys();
    const plain = await digestOf(saying('Hello.'), none);
    const keyed = await digestOf(saying('Hello.'), keys);
    expect(plain).toEqual({ value: createHash('sha256').update('Hello.').digest('base64') });
    expect(keyed?.key).toBe(keys.first);
    expect(keyed?.value).not.toBe(plain?.value);
  });

  it('is not made where the caller gave no key of his own', async () => {
    expect(await digestOf({ digest: saying('Hello.').digest }, none)).toBeUndefined();
    expect(await digestOf({ idempotencyKey: 'order-1' }, none)).toBeUndefined();
  });

  it.each([
    ['with keys', someKeys().keys],
    ['without keys', none],
  ])('tells whether two sends say the same, %s', async (_, keys) => {
    const stored = await digestOf(saying('Hello.'), keys);
    expect(await comparedDigest(stored, saying('Hello.'), keys)).toBe('same');
    expect(await comparedDigest(stored, saying('Bye.'), keys)).toBe('other');
  });

  it('is compared under the key that it was made with, once another one seals', async () => {
    const { keys: before, octets: old } = someKeys();
    const stored = await digestOf(saying('Hello.'), before);
    const after = new SealingKeys([...someKeys().octets, ...old]);
    expect(await comparedDigest(stored, saying('Hello.'), after)).toBe('same');
    expect(await comparedDigest(stored, saying('Bye.'), after)).toBe('other');
  });

  it('made before there were keys is compared without one', async () => {
    const stored = await digestOf(saying('Hello.'), none);
    expect(await comparedDigest(stored, saying('Hello.'), someKeys().keys)).toBe('same');
  });

  it('cannot be compared when its key is gone, or when there is none', async () => {
    const stored = await digestOf(saying('Hello.'), someKeys().keys);
    expect(await comparedDigest(stored, saying('Hello.'), someKeys().keys)).toBe('unknown');
    expect(await comparedDigest(undefined, saying('Hello.'), none)).toBe('unknown');
  });
});
