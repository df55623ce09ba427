import { describe, expect, it } from '@jest/globals';
import { printable } from '../../../lib/core/redaction/printable.js';

describe('printable', () => {
  it.each([
    ['ann@contoso.com', 'ann@contoso.com'],
    ['Grüße דוד 🎉', 'Grüße דוד 🎉'],
    ['a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['a\0b\u001b[31m', 'a\\u0000b\\u001b[31m'],
    ['a\u200bb\u202ec\ufeff', 'a\\u200bb\\u202ec\\ufeff'],
    ['a\u2028b\u2029', 'a\\u2028b\\u2029'],
    ['a\ud800b', 'a\\ud800b'],
    ['a\u{e0041}', 'a\\u{e0041}'],
    ['a\u3164b\ufe0f', 'a\\u3164b\\ufe0f'],
    [42, '42'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'undefined'],
    [[1, 2], 'an array of 2'],
    [{ password: 'secret' }, 'a value of type object'],
    [Symbol('x'), 'a value of type symbol'],
    [() => 1, 'a value of type function'],
    [10n, 'a value of type bigint'],
  ])('shows %j safely', (value, shown) => {
    expect(printable(value)).toBe(shown);
  });

  it('leaves a text of 80 characters whole and shortens a longer one, with its length', () => {
    expect(printable('x'.repeat(80))).toBe('x'.repeat(80));
    expect(printable('x'.repeat(1_000_000))).toBe(`${'x'.repeat(80)}… (1000000 characters)`);
  });

  it('never calls code of the value', () => {
    const hostile = {
      toString(): string {
        throw new Error('called');
      },
    };
    expect(printable(hostile)).toBe('a value of type object');
  });
});
