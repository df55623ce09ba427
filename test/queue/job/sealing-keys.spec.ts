import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { SealingKeys } from '../../../lib/queue/job/sealing-keys.js';
import { JOB_ID, kindOf, someKeys, unreadable } from './job-parts.js';

const OTHER_ID = `${JOB_ID.slice(0, -1)}A`;
const OVERHEAD = 44;

describe('What is sealed for a job', () => {
  const { keys } = someKeys();
  const [keyId = ''] = keys.ids;

  it('is opened for it again, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), octets => {
        const sealed = keys.seal(JOB_ID, Buffer.from(octets));
        expect(sealed?.key).toBe(keyId);
        expect(sealed?.bytes.length).toBe(octets.length + OVERHEAD);
        expect(keys.open(JOB_ID, keyId, sealed?.bytes ?? Buffer.alloc(0))).toEqual(Buffer.from(octets));
      }),
    );
  });

  it('is opened when it is longer than one piece of the cipher', () => {
    const octets = Buffer.alloc(5 * 1024 * 1024 + 17, 'mail');
    const sealed = keys.seal(JOB_ID, octets);
    expect(keys.open(JOB_ID, keyId, sealed?.bytes ?? Buffer.alloc(0)).equals(octets)).toBe(true);
  });

  it('never has the nonce of another, and shares its salt only with what the same object has sealed', () => {
    const octets = Buffer.from('a mail');
    const headOf = (by: SealingKeys): { salt: string; nonce: string } => {
      const { bytes = Buffer.alloc(0) } = by.seal(JOB_ID, octets) ?? {};
      return { salt: bytes.toString('hex', 0, 16), nonce: bytes.toString('hex', 16, 28) };
    };
    const heads = Array.from({ length: 2000 }, () => headOf(keys));
    expect(new Set(heads.map(({ nonce }) => nonce)).size).toBe(2000);
    expect(new Set(heads.map(({ salt }) => salt)).size).toBe(1);
    const raw = Buffer.alloc(32, 7);
    const salts = Array.from({ length: 20 }, () => headOf(new SealingKeys([raw])).salt);
    expect(new Set(salts).size).toBe(20);
  });

  it('is opened by who has the key, from however many that sealed with it', () => {
    const raw = Buffer.alloc(32, 9);
    const opener = new SealingKeys([raw]);
    for (let n = 0; n < 200; n++) {
      const octets = Buffer.from(`mail ${n}`);
      const sealed = new SealingKeys([raw]).seal(JOB_ID, octets);
      expect(opener.open(JOB_ID, sealed?.key ?? '', sealed?.bytes ?? Buffer.alloc(0))).toEqual(octets);
    }
  });

  it('holds nothing of what it was, and is another one each time', () => {
    const octets = Buffer.from('a token that lets somebody in');
    const sealed = Array.from(
      { length: 50 },
      () => keys.seal(JOB_ID, octets)?.bytes.toString('latin1') ?? '',
    );
    expect(new Set(sealed.map(text => text.slice(0, 28))).size).toBe(50);
    for (const text of sealed) expect(text).not.toContain('token');
  });

  it('is not opened when any bit of it was changed', () => {
    const sealed = keys.seal(JOB_ID, Buffer.from('Hello.'))?.bytes ?? Buffer.alloc(0);
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed);
      const at = Math.floor(bit / 8);
      changed[at] = (changed[at] ?? 0) ^ (1 << (bit % 8));
      expect(kindOf(() => keys.open(JOB_ID, keyId, changed))).toBe('changed');
    }
  });

  it('is not opened when it was cut short, or has more at its end', () => {
    const sealed = keys.seal(JOB_ID, Buffer.from('Hello.'))?.bytes ?? Buffer.alloc(0);
    for (let length = 0; length < sealed.length; length++)
      expect(kindOf(() => keys.open(JOB_ID, keyId, sealed.subarray(0, length)))).toBe('changed');
    expect(kindOf(() => keys.open(JOB_ID, keyId, Buffer.concat([sealed, Buffer.of(0)])))).toBe('changed');
  });

  it('is not opened for another job', () => {
    const sealed = keys.seal(JOB_ID, Buffer.from('Hello.'))?.bytes ?? Buffer.alloc(0);
    const error = unreadable(() => keys.open(OTHER_ID, keyId, sealed));
    expect(error.kind).toBe('changed');
    expect(error.isPutOff).toBe(false);
    expect(error.message).toContain('put it under another job');
  });
});

describe('Keys that are changed', () => {
  it('open what an older one has sealed, and seal with the first', () => {
    const { keys: before, octets: old } = someKeys();
    const sealed = before.seal(JOB_ID, Buffer.from('Hello.'));
    const { octets: added } = someKeys();
    const after = new SealingKeys([...added, ...old]);
    expect(after.open(JOB_ID, sealed?.key ?? '', sealed?.bytes ?? Buffer.alloc(0)).toString()).toBe('Hello.');
    expect(after.seal(JOB_ID, Buffer.from('Hello.'))?.key).toBe(after.ids[0]);
    expect(after.ids[1]).toBe(before.first);
  });

  it('put off what is sealed with a key that is not there, and say which one is missing', () => {
    const { keys: other } = someKeys();
    const sealed = other.seal(JOB_ID, Buffer.from('Hello.'));
    const { keys } = someKeys();
    const error = unreadable(() => keys.open(JOB_ID, sealed?.key ?? '', sealed?.bytes ?? Buffer.alloc(0)));
    expect(error.kind).toBe('unknown-key');
    expect(error.isPutOff).toBe(true);
    expect(error.message).toContain(`sealed with the key ${other.first}`);
    expect(error.message).toContain(`it has ${keys.first}`);
    const none = unreadable(() => new SealingKeys().open(JOB_ID, sealed?.key ?? '', Buffer.alloc(99)));
    expect(none.message).toContain('it has no keys');
  });

  it('give each key a digest key of its own, which is not the key', () => {
    const { keys, octets } = someKeys(2);
    const [first, second] = keys.ids.map(id => Buffer.from(keys.digestKey(id) ?? []).toString('hex'));
    expect(first).toHaveLength(64);
    expect(first).not.toBe(second);
    expect(first).not.toBe(octets[0]?.toString('hex'));
    expect(Buffer.from(keys.digestKey() ?? []).toString('hex')).toBe(first);
    expect(keys.digestKey('00000000')).toBeUndefined();
  });
});

describe('Without keys', () => {
  it('nothing is sealed', () => {
    const none = new SealingKeys();
    expect(none.first).toBeUndefined();
    expect(none.ids).toEqual([]);
    expect(none.seal(JOB_ID, Buffer.from('Hello.'))).toBeUndefined();
    expect(none.digestKey()).toBeUndefined();
  });
});

describe('Keys that are printed', () => {
  it('show nothing of a key', () => {
    const { keys, octets } = someKeys(2);
    const shown = [inspect(keys, { depth: 9, showHidden: true }), JSON.stringify(keys), String(keys)].join();
    for (const key of octets) {
      expect(shown).not.toContain(key.toString('base64'));
      expect(shown).not.toContain(key.toString('hex'));
    }
  });
});
