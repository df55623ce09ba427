import { describe, expect, it } from '@jest/globals';
import { fields } from '../../../../lib/core/settings/options/option-fields.js';
import { flag, listOf, number, oneOf, text } from '../../../../lib/core/settings/options/option-kinds.js';
import { readOptions } from '../../../../lib/core/settings/options/read-options.js';

const READER = fields(
  {
    proxy: text,
    attempts: number({ min: 1, max: 10, integer: true }),
    strict: flag,
    directories: listOf(text),
    type: oneOf('fixed', 'exponential'),
    nested: fields({ colour: text }),
  },
  { host: 'is decided by the setting Host' },
);

const read = (options: unknown) => readOptions<Record<string, unknown>>(options, READER);
const problemsOf = (options: unknown) =>
  read(options).problems.map(({ key, message }) => `${key}: ${message}`);

class Inherited {
  get proxy(): string {
    return 'p';
  }
}
class Configured extends Inherited {
  strict = true;
}

describe('Options in code', () => {
  it('are read into a plain object', () => {
    const options = { proxy: 'p', attempts: 3, directories: ['/a'], nested: { colour: 'red' } };
    expect(read(options)).toEqual({ options, problems: [] });
    expect(read(options).options).not.toBe(options);
  });

  it.each<[string, object, object]>([
    ['an object without a prototype', Object.assign(Object.create(null), { strict: true }), { strict: true }],
    ['an instance of a class, with a getter of its parent', new Configured(), { proxy: 'p', strict: true }],
    [
      'a getter',
      {
        get proxy() {
          return 'p';
        },
      },
      { proxy: 'p' },
    ],
    ['a frozen object', Object.freeze({ strict: false }), { strict: false }],
    ['undefined values, also of keys that are not known', { proxy: undefined, prox: undefined }, {}],
    ['symbols', { [Symbol('proxi')]: 1, strict: true }, { strict: true }],
    ['a proxy of JavaScript', new Proxy({ proxy: 'p' }, {}), { proxy: 'p' }],
  ])('may come as %s', (_, options, expected) => {
    expect(read(options)).toEqual({ options: expected, problems: [] });
  });

  it('are read once, whatever a getter gives the second time', () => {
    let reads = 0;
    const { options } = read({
      get proxy() {
        reads++;
        return `p${reads}`;
      },
    });
    expect(options).toEqual({ proxy: 'p1' });
    expect(reads).toBe(1);
  });

  it('that throw when they are read are told without what was thrown', () => {
    const options = {
      get proxy(): string {
        throw new Error('s3cret');
      },
    };
    expect(problemsOf(options)).toEqual(['proxy: cannot be read: its getter throws']);
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    expect(problemsOf({ nested: revoked.proxy })).toEqual([
      'nested.colour: cannot be read: its getter throws',
    ]);
    expect(problemsOf(revoked.proxy)).toHaveLength(6);
  });

  it.each<[object, string]>([
    [{ proxi: 'x' }, 'proxi: is not known; did you mean proxy?'],
    [{ Strict: true }, 'Strict: is not known; did you mean strict?'],
    [{ directory: '/x' }, 'directory: is not known; did you mean directories?'],
    [{ nested: { color: 'red' } }, 'nested.color: is not known; did you mean colour?'],
    [{ nested: { zzz: 1 } }, 'nested.zzz: is not known; known are colour'],
    [{ host: 'h' }, 'host: is decided by the setting Host'],
    [{ constructor: 1 }, 'constructor: is not known'],
    [{ ['a\r\nb'.repeat(1000)]: 1 }, 'a\\r\\nb'],
    [JSON.parse('{ "__proto__": 1 }') as object, '__proto__: is not known'],
  ])('that are not known are told, with what was probably meant: %j', (options, expected) => {
    expect(problemsOf(options)).toEqual([expect.stringContaining(expected)]);
  });

  it.each<[object, string]>([
    [{ proxy: 5 }, 'proxy: must be a text that is not empty, but is 5'],
    [{ proxy: '' }, 'proxy: must be a text that is not empty, but is an empty text'],
    [{ proxy: null }, 'proxy: must be a text that is not empty, but is null'],
    [{ strict: 's3cret' }, 'strict: must be true or false, but is a text'],
    [{ attempts: '3' }, 'attempts: must be a whole number from 1 to 10, but is a text'],
    [{ attempts: 2.5 }, 'attempts: must be a whole number from 1 to 10, but is 2.5'],
    [{ attempts: Number.NaN }, 'attempts: must be a whole number from 1 to 10, but is NaN'],
    [{ directories: '/x' }, 'directories: must be a list, but is a text'],
    [
      { directories: ['/x', undefined] },
      'directories[1]: must be a text that is not empty, but is undefined',
    ],
    // oxlint-disable-next-line no-sparse-arrays -- a list may have a hole
    [{ directories: [, '/x'] }, 'directories[0]: must be a text that is not empty, but is undefined'],
    [{ type: 'linear' }, 'type: must be "fixed" or "exponential", but is a text'],
    [{ nested: [] }, 'nested: must be an object, but is a list'],
    [{ nested: new Map() }, 'nested: must be an object, but is a Map'],
    [{ nested: Promise.resolve() }, 'nested: must be an object, but is a Promise'],
    [{ nested: Buffer.from('s3cret') }, 'nested: must be an object, but is a Uint8Array'],
    [{ nested: () => ({}) }, 'nested: must be an object, but is a function'],
  ])('of the wrong type are told without their text: %p', (options, expected) => {
    expect(problemsOf(options)).toEqual([expected]);
  });

  it.each<[unknown, string]>([
    [null, 'null'],
    ['s3cret', 'a text'],
    [[], 'a list'],
    [() => ({}), 'a function'],
    [7, '7'],
  ])('that are %p as a whole are told', (options, what) => {
    expect(problemsOf(options)).toEqual([`options: must be an object, but is ${what}`]);
  });

  it('tell everything at once, and of a foreign object not more than can be read', () => {
    expect(problemsOf({ proxi: 1, attempts: 0, nested: { a: 1 } })).toHaveLength(3);
    const many = problemsOf(Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 1])));
    expect(many).toHaveLength(11);
    expect(many.at(-1)).toBe('options: has 40 more keys that are not known');
  });
});
