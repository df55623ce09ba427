import { describe, expect, it } from '@jest/globals';
import { HtmlToTextError } from '../../../../lib/core/templates/text/html-to-text-error.js';
import { excessOf } from '../../../support/growth.js';
import { made } from './made.js';

const failure = (html: string): Promise<unknown> =>
  made(html).then(
    text => text,
    (error: unknown) => error,
  );

describe('HTML of which no text is made', () => {
  it.each([
    ['of 100,000 nested elements', '<div>'.repeat(100_000)],
    ['of 1,500 nested lists', '<ul><li>'.repeat(1500)],
    ['of 1,500 nested tables', '<table><tr><td>'.repeat(1500)],
    ['of 100,000 nested links in cells', '<a href="x"><table><td>'.repeat(100_000)],
    ['of 50,000 nested quotes', '<blockquote>'.repeat(50_000)],
    ['of five million characters', 'word '.repeat(1_000_000)],
  ])('%s says why', async (_what, html) => {
    expect(await failure(html)).toBeInstanceOf(HtmlToTextError);
  });

  it.each([
    ['300 nested tables', '<table><tr><td>'.repeat(300), 'x', '</td></tr></table>'.repeat(300)],
    ['900 nested elements', '<div>'.repeat(900), 'x', ''],
    ['300 nested lists', '<ul><li>'.repeat(300), 'x', ''],
    ['900 nested quotes', '<blockquote>'.repeat(900), 'x', ''],
    ['20,000 paragraphs without ends', '<p>'.repeat(20_000), 'x', ''],
    ['20,000 end tags of nothing', '</b></div></td></table></p>'.repeat(20_000), 'x', ''],
  ])('does not mean %s', async (_what, before, text, after) => {
    expect(await made(before + text + after)).toContain(text);
  });
});

describe('The time that it takes to make a text', () => {
  it.each<[string, (count: number) => string]>([
    ['paragraphs', count => `<p>${'word '.repeat(10)}</p>`.repeat(count)],
    ['words', count => 'word '.repeat(count * 10)],
    ['rows', count => `<table>${'<tr><td>Item<td>1'.repeat(count)}</table>`],
    ['links in a paragraph', count => `<p>${'<a href="https://x.test/">a</a> '.repeat(count)}`],
    ['items', count => `<ul>${'<li>a'.repeat(count)}</ul>`],
    ['line ends', count => `<blockquote>${'a<br>'.repeat(count)}</blockquote>`],
    ['blanks', count => `a${' \t&nbsp;'.repeat(count)}b`],
    ['characters without width', count => `a${'&zwnj;&nbsp;'.repeat(count)}b`],
    ['comments in a style', count => `<p style="${'/*'.repeat(count * 5)}">a`],
    ['blanks in a style', count => `<p style="display:${' '.repeat(count * 10)}x">a`],
    ['quotes in a style', count => `<p style="${"'(".repeat(count * 5)}">a`],
    ['formatting that does not end', count => '<p><b>a</p></b>'.repeat(count)],
    ['end tags within', count => `<x><div>${'<b>'.repeat(500)}${'</x>'.repeat(count)}`],
    ['words in nested quotes', count => `${'<q>'.repeat(900)}${'a <i>b</i> '.repeat(count)}`],
    [
      'words in nested links',
      count => `${'<a href=x><table><td>'.repeat(300)}${'a <i>b</i> '.repeat(count)}`,
    ],
    ['links that do not end', count => '<p><a href=x><b>a</p>'.repeat(count)],
    ['links that end too early', count => '<a href=x><i>a</a></i>'.repeat(count)],
    ['attributes', count => `<p ${'a=1 '.repeat(count)}>b`],
    ['columns', count => `<table><tr>${'<td colspan=1000>a'.repeat(count)}</table>`],
  ])('grows no faster than the number of %s', async (_what, page) => {
    // One page may take as long as eight small ones, and some; with the square it would be eight times as long.
    const bound = { pieces: 8, most: 3.5, leastMs: 2, runs: 3 };
    expect(await excessOf(made, page(2000), page(16_000), bound)).toBeLessThan(3.5);
  });
});
