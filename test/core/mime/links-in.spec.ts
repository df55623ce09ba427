import { describe, expect, it } from '@jest/globals';
import { linksIn } from '../../../lib/core/mime/links-in.js';

const FIVE_MEGABYTES = 5 * 1024 * 1024;
const HUGE = 4 * FIVE_MEGABYTES;

describe('Finding the links of a mail that was made to hurt', () => {
  it.each([
    ['links that never end', { html: '<a '.repeat(FIVE_MEGABYTES / 3) }],
    ['a link with a million attributes', { html: `<a ${' x'.repeat(FIVE_MEGABYTES / 2)}>` }],
    ['an href that never comes to its value', { html: `<a href${' '.repeat(FIVE_MEGABYTES)}` }],
    ['comments that never end', { html: '<!--'.repeat(FIVE_MEGABYTES / 4) }],
    ['quotation marks that never end', { html: '<a x="'.repeat(FIVE_MEGABYTES / 6) }],
    ['quoted attributes without an href', { html: `<a ${'x="y"'.repeat(FIVE_MEGABYTES / 5)}` }],
    ['brackets behind a link', { text: `https://contoso.com/${')'.repeat(FIVE_MEGABYTES)}` }],
    ['full stops behind a link', { text: `https://contoso.com/${'.'.repeat(FIVE_MEGABYTES)}x` }],
    ['one link that is all of a mail', { text: `https://contoso.com/${'x'.repeat(HUGE)}` }],
    ['an address that is all of a mail', { html: `<a href="${'x'.repeat(HUGE)}">` }],
    ['an address without quotes that is all of a mail', { html: `<a href=${'x'.repeat(HUGE)}` }],
    ['a name that is all of a mail', { html: `<a ${'x'.repeat(HUGE)}` }],
    ['blanks that are all of a mail', { html: `<a ${' '.repeat(HUGE)}href` }],
    ['a quote that is never closed', { html: `<a ${'x="'.repeat(FIVE_MEGABYTES / 3 - 1)}x` }],
    ['character references that are none', { html: `<a href="${'&#'.repeat(FIVE_MEGABYTES / 2)}">` }],
  ])(
    'ends soon with %s',
    (_, mail) => {
      expect(linksIn(mail).length).toBeLessThanOrEqual(1);
    },
    10_000,
  );

  it('finds a link behind an attribute that holds a bracket, and none that stands in a comment', () => {
    const html =
      '<a title="a > b" href="https://contoso.com/a">a</a><a title=\'<i>\' href=/b>b</a>' +
      '<!-- <a href="https://contoso.com/old">c</a> --><a data-href="x" href="https://contoso.com/d">d</a>' +
      '<!--[if mso]><a href="https://contoso.com/e">e</a><![endif]-->';
    expect(linksIn({ html })).toEqual([
      'https://contoso.com/a',
      '/b',
      'https://contoso.com/d',
      'https://contoso.com/e',
    ]);
  });

  it('leaves a bracket that belongs to a link', () => {
    expect(linksIn({ text: 'See https://contoso.com/x_(y) (or https://contoso.com/z)' })).toEqual([
      'https://contoso.com/x_(y)',
      'https://contoso.com/z',
    ]);
  });

  it('still takes what ends a sentence off a link', () => {
    expect(linksIn({ text: 'See (https://contoso.com/a).' })).toEqual(['https://contoso.com/a']);
    expect(linksIn({ text: 'https://contoso.com/«x»' })).toEqual(['https://contoso.com/«x']);
  });
});
