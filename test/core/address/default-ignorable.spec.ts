import { describe, expect, it } from '@jest/globals';
import { normalizeDomain } from '../../../lib/core/address/domain-name.js';
import { firstInvisible } from '../../../lib/core/address/invisible.js';
import { checkMailbox, MailboxSyntaxError, parseMailbox } from '../../../lib/core/address/parse-mailbox.js';

const INVISIBLE: readonly [what: string, character: string][] = [
  ['a soft hyphen', '\u00ad'],
  ['a combining grapheme joiner', '\u034f'],
  ['an Arabic letter mark', '\u061c'],
  ['the Hangul choseong filler', '\u115f'],
  ['the Hangul jungseong filler', '\u1160'],
  ['a Khmer inherent vowel', '\u17b4'],
  ['a Mongolian variation selector', '\u180b'],
  ['the Mongolian vowel separator', '\u180e'],
  ['a Mongolian variation selector four', '\u180f'],
  ['a zero-width space', '\u200b'],
  ['a zero-width joiner', '\u200d'],
  ['a right-to-left mark', '\u200f'],
  ['a word joiner', '\u2060'],
  ['function application', '\u2061'],
  ['an invisible plus', '\u2064'],
  ['an unassigned one', '\u2065'],
  ['an isolate', '\u2066'],
  ['inhibit symmetric swapping', '\u206a'],
  ['nominal digit shapes', '\u206f'],
  ['the Hangul filler', '\u3164'],
  ['a text variation selector', '\ufe0e'],
  ['an emoji variation selector', '\ufe0f'],
  ['a byte-order mark', '\ufeff'],
  ['the half-width Hangul filler', '\uffa0'],
  ['a reserved format character', '\ufff0'],
  ['a shorthand format control', '\u{1bca0}'],
  ['a musical beam', '\u{1d173}'],
  ['a language tag', '\u{e0001}'],
  ['a tag letter', '\u{e0041}'],
  ['a variation selector of the supplement', '\u{e0100}'],
  ['the last of them', '\u{e0fff}'],
];

describe.each(INVISIBLE)('%s', (_what, character) => {
  it.each([
    ['in a local part', `an${character}n@contoso.com`],
    ['at the end of a local part', `ann${character}@contoso.com`],
    ['alone before the "@"', `${character}@contoso.com`],
    ['in a domain', `ann@con${character}toso.com`],
    ['at the end of a domain', `ann@contoso.com${character}`],
    ['behind a letter that has such forms', `用${character}户@contoso.com`],
  ])('is refused %s', (_where, address) => {
    expect(() => parseMailbox(address)).toThrow(MailboxSyntaxError);
    expect(() => parseMailbox(`Ann <${address}>`)).toThrow('control or invisible characters (U+');
    expect(() => checkMailbox('Ann', address)).toThrow('control or invisible characters (U+');
  });

  it('makes no domain of a text', () => {
    expect(normalizeDomain(`con${character}toso.com`)).toBeUndefined();
  });
});

const MARKS = new Set(['\u061c', '\u200d', '\u200f']);

describe('A name', () => {
  it.each(INVISIBLE.filter(([, character]) => !MARKS.has(character)))(
    'is refused with %s',
    (_what, character) => {
      for (const name of [`${character}Ann`, `An${character}n`, `Ann ${character}`, `Ann${character}`]) {
        expect(() => checkMailbox(name, 'ann@contoso.com')).toThrow('control or invisible characters');
        expect(() => parseMailbox(`${name} <ann@contoso.com>`)).toThrow('control or invisible characters');
      }
    },
  );

  it.each([
    '👩‍👩‍👧 Family',
    '❤️ Charity',
    'Line 1️⃣',
    '🕵🏽‍♂️ Holmes',
    '🏳️‍🌈 Pride',
    '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} Team',
    '葛\u{e0100}城',
    'ᠮᠣᠩᠭᠣᠯ\u180b',
    'می\u200cخواهم',
    'क्\u200dष',
    'דוד\u200f',
  ])('keeps what scripts and emoji need: %s', name => {
    expect(checkMailbox(name, 'ann@contoso.com').name).toBe(name);
  });

  it('does not become longer by tags without an end', () => {
    expect(firstInvisible(`\u{1f3f4}${'\u{e0061}'.repeat(20)}`, 'name')).toBe('U+E0061');
  });
});
