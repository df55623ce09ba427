import { describe, expect, it } from '@jest/globals';
import { corpusPages, withoutUnseen } from './corpus.js';
import { made } from './made.js';

const pages = corpusPages();

describe('The text parts of a corpus of pages', () => {
  it('are of at least thirty', () => {
    expect(pages.length).toBeGreaterThanOrEqual(30);
  });

  it.each(pages)('are as expected: $name', async ({ html, text }) => {
    expect(await made(html)).toBe(text);
  });

  it.each(pages)('hold nothing that is marked as hidden: $name', async ({ html, text }) => {
    expect(await made(withoutUnseen(html))).toBe(text);
  });

  it.each(pages)('are the same when the page is a line: $name', async ({ html, text }) => {
    // Line ends mean a blank everywhere but in preformatted text.
    if (/<pre|white-space/.test(html)) expect(html).toMatch(/\n/);
    else expect(await made(html.replace(/\s*\n\s*/g, ' '))).toBe(text);
  });

  it.each(pages)('break no address, and no other line is longer than 76 columns: $name', async ({ html }) => {
    const text = await made(html);
    for (const [, href = ''] of html.matchAll(/<a [^>]*href="(https?:[^"]+)"/gi)) {
      expect(text).toContain(href.replaceAll('&amp;', '&'));
    }
    for (const line of text.split('\n'))
      if (!line.includes('://')) expect(line.length).toBeLessThanOrEqual(76);
  });
});
