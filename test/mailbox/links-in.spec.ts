import { describe, expect, it } from '@jest/globals';
import { linksIn } from '../../lib/mailbox/links-in.js';

const FIVE_MEGABYTES = 5 * 1024 * 1024;

describe('Finding the links of a mail that was made to hurt', () => {
  it.each([
    ['links that never end', { html: '<a '.repeat(FIVE_MEGABYTES / 3) }],
    ['a link with a million attributes', { html: `<a ${' x'.repeat(FIVE_MEGABYTES / 2)}>` }],
    ['an href that never comes to its value', { html: `<a href${' '.repeat(FIVE_MEGABYTES)}` }],
    ['full stops behind a link', { text: `https://contoso.com/${'.'.repeat(FIVE_MEGABYTES)}x` }],
    ['character references that are none', { html: `<a href="${'&#'.repeat(FIVE_MEGABYTES / 2)}">` }],
  ])(
    'ends soon with %s',
    (_, mail) => {
      expect(linksIn(mail).length).toBeLessThanOrEqual(1);
    },
    10_000,
  );

  it('still takes what ends a sentence off a link', () => {
    expect(linksIn({ text: 'See (https://contoso.com/a).' })).toEqual(['https://contoso.com/a']);
    expect(linksIn({ text: 'https://contoso.com/«x»' })).toEqual(['https://contoso.com/«x']);
  });
});
