import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { HtmlScanner } from '../../../lib/core/templates/parsing/html-scanner.js';
import type { HtmlTag } from '../../../lib/core/templates/parsing/html-tag.js';

function tagsOf(...pieces: string[]): HtmlTag[] {
  const tags: HtmlTag[] = [];
  const scanner = new HtmlScanner(tag => tags.push(tag));
  for (const piece of pieces) scanner.feed(piece);
  return tags;
}

/** Tags as one line each. */
const lines = (html: string): string[] =>
  tagsOf(html).map(
    ({ name, closing, attributes }) =>
      `${closing ? '/' : ''}${[name, ...attributes.map(one => (one.valued ? `${one.name}=${one.value}` : one.name))].join(' ')}`,
  );

function placeAfter(html: string): unknown {
  const scanner = new HtmlScanner();
  scanner.feed(html);
  const { place } = scanner;
  return place.kind === 'value' ? `${place.tag}.${place.attribute}` : place.kind;
}

describe('Tags in HTML', () => {
  it.each([
    ['<p>x</p>', ['p', '/p']],
    ['<IMG SRC=a.png ALT="A &amp; B" hidden>', ['img src=a.png alt=A &amp; B hidden']],
    ['<a href=\'x>y\' title = "z"/>', ['a href=x>y title=z']],
    ['<a b=c/d>', ['a b=c/d']],
    ['<a b=>', ['a b']],
    ['<a =b>', ['a =b']],
    ['<a b="1"c>', ['a b=1 c']],
    ['<a x=1 X=2>', ['a x=1']],
    ['<br/><br / >', ['br', 'br']],
    ['a < b <3 <> </> <!x> <?php echo "<p>" ?>', []],
    ['<!-- <p> --><b>', ['b']],
    ['<!--><b>', ['b']],
    ['<!---><b>', ['b']],
    ['<!----><b>', ['b']],
    ['<!--x--!><b>', ['b']],
    ['<!--x-><b>--><i>', ['i']],
    ['<!-><b>', ['b']],
    ['<!doctype html><b>', ['b']],
    ['<title><b></title><i>', ['title', '/title', 'i']],
    ['<style>a > b {} </styl></style ><i>', ['style', '/style', 'i']],
    ['<textarea></textareax></TEXTAREA><i>', ['textarea', '/textarea', 'i']],
    ['<script>"</b>"</script>', ['script', '/script']],
    ['<plaintext><b>', ['plaintext']],
    ['<b', []],
    ['<b a="', []],
    ['</b x=y>', ['/b x=y']],
    ['<!--[if mso]><p><![endif]--><!--[if !mso]><!--><b><!--<![endif]-->', ['b']],
  ])('are found as browsers find them: %s', (html, expected) => {
    expect(lines(html)).toEqual(expected);
  });

  it('say where they and their attributes stand', () => {
    const [tag] = tagsOf('ab<img src="x" alt=y hidden>');
    expect(tag).toMatchObject({ at: 2, end: 28 });
    expect(tag?.attributes.map(({ at, valueAt }) => [at, valueAt])).toEqual([
      [7, 12],
      [15, 19],
      [21, 21],
    ]);
  });

  it.each([
    ['x', 'text'],
    ['<title>x', 'plain-text'],
    ['<style>x', 'raw'],
    ['<style>x</sty', 'raw'],
    ['<', 'name'],
    ['</', 'name'],
    ['<!', 'name'],
    ['<p', 'name'],
    ['<p ', 'tag'],
    ['<p a', 'tag'],
    ['<p a=', 'unquoted'],
    ['<p a=x', 'unquoted'],
    ['<P A="x', 'p.a'],
    ["<p a='", 'p.a'],
    ['<!--', 'comment'],
    ['<!-- x --> y', 'text'],
    ['<!doctype', 'tag'],
  ])('say what comes next after %s', (html, expected) => {
    expect(placeAfter(html)).toBe(expected);
  });

  it('are the same however the text is cut', () => {
    const text = fc.array(
      fc.constantFrom(
        ...'<>/!-=\'" \n',
        'a',
        'p',
        'title',
        'style',
        '<!--',
        '-->',
        '</title>',
        '</style>',
        '<p a="b">',
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(text, pieces => {
        expect(tagsOf(...pieces)).toEqual(tagsOf(pieces.join('')));
        expect(tagsOf(...pieces.join(''))).toEqual(tagsOf(pieces.join('')));
      }),
      { numRuns: 2000 },
    );
  });
});
