import { describe, expect, it } from '@jest/globals';
import { anything, assert, jsonValue, property } from 'fast-check';
import { valueDigest } from '../../../lib/core/message/value-digest.js';
import { rejection } from '../../support/rejection.js';

const hex = (value: unknown, kind = 'k'): string => valueDigest(kind, value, 'message').toString('hex');

function refused(value: unknown): Promise<unknown> {
  return rejection(Promise.resolve().then(() => hex(value)));
}

class Person {
  constructor(readonly name: string) {}
}

class Moment {
  cache: object | null = null;
  constructor(readonly ms: number) {}
  toJSON(): string {
    return new Date(this.ms).toISOString();
  }
}

class Hiding {
  constructor(
    readonly id: number,
    readonly nickname: string,
  ) {}
  toJSON(): object {
    return { id: this.id };
  }
}

class Endless {
  *[Symbol.iterator](): Generator<number> {
    for (;;) yield 1;
  }
}

class Bag {
  readonly #items: readonly unknown[];
  constructor(...items: unknown[]) {
    this.#items = items;
  }
  [Symbol.iterator](): Iterator<unknown> {
    return this.#items[Symbol.iterator]();
  }
}

/** No two of these may have one digest. */
const DIFFERENT: readonly unknown[] = [
  undefined,
  null,
  true,
  false,
  0,
  -0,
  1,
  Number.NaN,
  Infinity,
  1n,
  '',
  '0',
  '1',
  'n',
  's1:a',
  'a',
  'ä',
  '\ud800',
  '\ud801',
  '\ufffd',
  Symbol.iterator,
  () => {},
  [],
  [undefined],
  [null],
  [[]],
  ['a', 'b'],
  ['ab'],
  ['b', 'a'],
  {},
  { a: 1 },
  { a: '1' },
  { b: 1 },
  { a: { b: 1 } },
  { 'a:1': 1 },
  new Map(),
  new Map([['a', 1]]),
  new Map<unknown, unknown>([[1, 'a']]),
  new Set(),
  new Set(['a', 1]),
  new Set([1, 'a']),
  new Date(0),
  new Date(1),
  new Date('x'),
  new Date(0).toISOString(),
  new URL('https://contoso.com/a'),
  'https://contoso.com/a',
  /a/,
  /a/i,
  Buffer.from('a'),
  new Int8Array([97]),
  new Uint16Array([97]),
  new DataView(new ArrayBuffer(1)),
  new Uint8Array(1),
  new Error('a'),
  new TypeError('a'),
  Object(1),
  Object('1'),
  Object(true),
  Object(1n),
  Promise.resolve(1),
  new Moment(0),
  new Moment(1),
  new Hiding(1, 'ann'),
  new Hiding(1, 'bob'),
  new Bag('a', 1),
  new Bag(),
];

describe('The digest of a value', () => {
  it('is another for each value and each type', () => {
    const digests = DIFFERENT.map(value => hex(value));
    expect(new Set(digests).size).toBe(DIFFERENT.length);
  });

  it('is another for each kind', () => {
    expect(hex({ a: 1 }, 'x')).not.toBe(hex({ a: 1 }, 'y'));
  });

  it.each<[string, unknown, unknown]>([
    ['fields in another order', { a: 1, b: [2] }, { b: [2], a: 1 }],
    ['a field that is undefined', { a: 1, b: undefined }, { a: 1 }],
    ['a class without methods of its own for JSON', new Person('Ann'), { name: 'Ann' }],
    ['no prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    ['a Buffer and a Uint8Array', Buffer.from('abc'), new Uint8Array([97, 98, 99])],
    ['a view into a larger buffer', Buffer.from('xabcx').subarray(1, 4), Buffer.from('abc')],
    ['one object twice', [{ a: 1 }, { a: 1 }], doubled(1, { a: 1 })],
    ['a proxy', new Proxy({ a: 1 }, {}), { a: 1 }],
    ['a getter', { get a() { return 1; } }, { a: 1 }], // prettier-ignore
  ])('is the same for %s', (_name, one, other) => {
    expect(hex(one)).toBe(hex(other));
  });

  it('does not change with what an object keeps of its own for later', () => {
    const used = new Moment(5);
    used.cache = { words: ['x'] };
    expect(hex(used)).toBe(hex(new Moment(5)));
  });

  it('does not depend on a field whose getter throws, nor does that stop it', () => {
    const throwing = (): object => ({
      a: 1,
      get b(): never {
        throw new Error('s3cr3t');
      },
    });
    expect(hex(throwing())).toBe(hex(throwing()));
    expect(hex(throwing())).not.toBe(hex({ a: 1 }));
  });

  it('is the same for equal values and another for those that differ, whatever they are', () => {
    const copied = (value: unknown): unknown => structuredClone(value);
    assert(
      property(
        anything({ withDate: true, withMap: true, withSet: true, withBigInt: true, withTypedArray: true }),
        value => hex(value) === hex(copied(value)),
      ),
      { numRuns: 300 },
    );
    assert(
      property(jsonValue(), jsonValue(), (one, other) => {
        const same = canonical(one) === canonical(other);
        return (hex(one) === hex(other)) === same;
      }),
      { numRuns: 300 },
    );
  });

  it.each<[string, unknown, string, string]>([
    ['refers back to itself', cycle(), 'context', 'refers back to itself'],
    ['holds itself in a Map', cyclicMap(), 'message', 'refers back to itself'],
    ['is nested too deep', { context: deep(101) }, 'context', 'is nested more than 100 levels deep'],
    ['holds too much', { context: Array.from({ length: 1_000_001 }) }, 'context', '1,000,000 values'],
    ['says to hold too much', { context: Array(2 ** 32 - 1) }, 'context', '1,000,000 values'],
    ['grows by what it repeats', { context: doubled(40) }, 'context', '1,000,000 values'],
    ['never ends', { context: new Endless() }, 'context', '1,000,000 values'],
    ['is a generator', { context: { rows: [1].values() } }, 'context', 'can be read only once'],
  ])('is an error in words where the value %s', async (_name, value, field, words) => {
    expect(await refused(value)).toMatchObject({
      code: 'EMAILMESSAGE',
      field,
      message: expect.stringContaining(words),
    });
  });

  it('is an error that shows nothing where the value cannot be read', async () => {
    const traps = new Proxy(
      {},
      {
        ownKeys() {
          throw new Error('s3cr3t');
        },
      },
    );
    const error = await refused({ context: traps });
    expect(error).toMatchObject({ code: 'EMAILMESSAGE' });
    expect(error).not.toHaveProperty('cause');
    expect(String(error)).not.toContain('s3cr3t');
  });
});

function cycle(): object {
  const user: { manager?: object } = {};
  user.manager = user;
  return { subject: 's', context: { user } };
}

function cyclicMap(): object {
  const map = new Map<string, unknown>();
  map.set('a', map);
  return map;
}

function deep(levels: number): unknown {
  return levels === 0 ? 1 : { a: deep(levels - 1) };
}

/** Few objects, each of which stands twice in the next. */
function doubled(levels: number, value: unknown = 1): unknown {
  let twice = value;
  for (let level = 0; level < levels; level++) twice = [twice, twice];
  return twice;
}

/** JSON with its fields in order, `-0` apart from `0`. */
function canonical(value: unknown): string {
  if (Object.is(value, -0)) return '-0';
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join()}}`;
}
