import { describe, expect, it } from '@jest/globals';
import { parseAddressList } from '../../../lib/core/address/address-list.js';
import { excessOfLarge, LINEAR } from '../../support/growth.js';

const HOSTILE: readonly [what: string, inputOf: (units: number) => string][] = [
  ['quoted pairs in one name', units => `"${'\\"'.repeat(units)}" <b@x.yy>`],
  ['quoted pairs without an end', units => `"${'\\"'.repeat(units)} <b@x.yy>`],
  ['quotes', units => '"'.repeat(units)],
  ['names in quotes', units => `${'"a"'.repeat(units)} <b@x.yy>`],
  ['colons behind an address', units => `${'a'.repeat(units)}@b${':'.repeat(units)}`],
  ['colons', units => 'a:'.repeat(units)],
  ['open comments', units => '('.repeat(units)],
  ['comments', units => '(a)'.repeat(units)],
  ['comments within comments', units => `${'('.repeat(units)}${')'.repeat(units)}`],
  ['quoted pairs in a comment', units => `(${'\\)'.repeat(units)}`],
  ['open brackets', units => '<'.repeat(units)],
  ['closed brackets', units => '>'.repeat(units)],
  ['brackets', units => '<>'.repeat(units)],
  ['routes', units => `<${'@a,'.repeat(units)}:b@x.yy>`],
  ['at signs', units => '@'.repeat(units)],
  ['blanks', units => `a${' '.repeat(units)}b`],
  ['blanks and commas', units => ' ,'.repeat(units)],
  ['backslashes', units => '\\'.repeat(units)],
  ['dots', units => `${'.'.repeat(units)}@b.cc`],
];

describe('The time for a list of mailboxes grows no faster than the list', () => {
  it.each(HOSTILE)('of %s', async (_what, inputOf) => {
    expect(await excessOfLarge(parseAddressList, inputOf, 50_000)).toBeLessThan(LINEAR);
  });

  it.each([
    ['mailboxes', 'Ann <ann@contoso.com>, '],
    ['entries that are none', 'x,'],
    ['groups', 'Team: a@b.cc;'],
  ])('of %s', async (_what, unit) => {
    expect(await excessOfLarge(parseAddressList, units => unit.repeat(units), 2_000)).toBeLessThan(LINEAR);
  });
});

describe('The entries of a list', () => {
  it('are read up to a number', () => {
    const { addresses, invalid } = parseAddressList('a@b.cc, nobody, c@d.ee, e@f.gg', 3);
    expect(addresses).toEqual(['a@b.cc', 'c@d.ee']);
    expect(invalid).toHaveLength(1);
    expect(parseAddressList('a@b.cc', 0)).toEqual({ addresses: [], invalid: [] });
  });
});
