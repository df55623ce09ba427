import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import type { CorpusPage } from '../../core/templates/text-parts/corpus.js';
import { corpusPages, withoutUnseen } from '../../core/templates/text-parts/corpus.js';
import { made } from '../../core/templates/text-parts/made.js';

const pages = corpusPages();
/** Pages with columns of several lines, of which w3m shows one line of each beside the other. */
const SIDE_BY_SIDE: ReadonlySet<string> = new Set([
  'grid-framework-order',
  'invoice-wide',
  'old-nested-newsletter',
  'timetable-spans',
  'two-column-layout',
]);

/** A page as browsers in a terminal are given it: they know no styles, so that what styles hide is taken out beforehand. */
function pageFor({ html }: CorpusPage): string {
  const plain = withoutUnseen(html)
    // They print the names of files of images without a text, and images that only keep a place.
    .replace(/<img(?![^>]*\balt="[^"])[^>]*>|<img[^>]*\b(?:width|height)="?1\b[^>]*>/gi, '')
    .replace(/<!\[[^>]*>|<style[\s\S]*?<\/style>/g, '')
    // They set raised letters apart, and w3m knows no reference without a semicolon.
    .replace(/<sup>([a-z]+)<\/sup>/g, '$1')
    .replace(/&copy(?!;)/g, '&copy;');
  return `<meta charset="utf-8">${plain}`;
}

/** What a browser in a terminal prints of a page. */
function dumped(program: string, options: readonly string[], html: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, options, { input: html, encoding: 'utf8' });
  if (error) throw error;
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

function w3m(html: string): string {
  const options = ['-dump', '-T', 'text/html', '-I', 'UTF-8', '-O', 'UTF-8', '-cols', '300'];
  return dumped('w3m', options, html);
}

function lynx(html: string): string {
  const charsets = ['-assume_charset=utf-8', '-display_charset=utf-8'];
  return dumped('lynx', ['-stdin', '-dump', '-nolist', '-width=300', ...charsets], html).replace(
    /\(BUTTON\)|BUTTON|^\s*CAPTION:/gm,
    '',
  );
}

/** The words of a text without addresses of links, and without markers and marks, which each program sets in its way. */
function wordsOf(text: string): string[] {
  return text
    .replace(/ ?<[^<>\s]+>/g, ' ')
    .replace(/^\s*(?:[•*+o#]|(?:\d{1,3}|[a-z]|[ivx]{1,4})\.)\s/gmu, ' ')
    .replace(/\[(?:DEL|S):|:(?:DEL|S)\]/g, ' ')
    .replace(/[\p{Cf}\u034f]/gu, '')
    .split(/[^\p{L}\p{N}\p{M}€$@]+/u)
    .filter(word => word !== '');
}

/** Where words end, counted in letters. */
function endsOf(words: readonly string[]): Set<number> {
  let end = 0;
  return new Set(words.map(word => (end += word.length)));
}

describe('The words of text parts come in the order in which other programs read the page', () => {
  it.each(pages)('lynx: $name', async page => {
    const html = pageFor(page);
    const [theirs, ours] = [wordsOf(lynx(html)), wordsOf(await made(html))];
    expect(ours.join('')).toBe(theirs.join(''));
    // Where they see two words, we do not melt them into one; they melt some that a page sets apart.
    const ends = endsOf(ours);
    expect([...endsOf(theirs)].filter(end => !ends.has(end))).toEqual([]);
  });

  it.each(pages)('w3m: $name', async page => {
    const html = pageFor(page);
    const [theirs, ours] = [wordsOf(w3m(html)), wordsOf(await made(html))];
    if (SIDE_BY_SIDE.has(page.name)) expect(ours.toSorted()).toEqual(theirs.toSorted());
    else expect(ours.join('')).toBe(theirs.join(''));
  });
});
