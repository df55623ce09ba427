import { describe, expect, it } from '@jest/globals';
import { codeBlocks, withoutCodeBlocks } from './code-blocks.js';
import { anchorsOf, linksOf } from './links.js';

const page = (...lines: string[]): { path: string; text: string } => ({
  path: 'page.md',
  text: lines.join('\n'),
});

describe('Reading pages', () => {
  it('finds blocks between fences of either kind, with language, info and heading', () => {
    const text = page('# One', '```ts typed', 'a', '```', '## Two', '~~~json', '{}', '~~~');
    expect(codeBlocks(text)).toEqual([
      {
        place: 'page.md:2',
        page: 'page.md',
        line: 2,
        language: 'ts',
        info: 'typed',
        code: 'a\n',
        heading: 'One',
      },
      {
        place: 'page.md:6',
        page: 'page.md',
        line: 6,
        language: 'json',
        info: '',
        code: '{}\n',
        heading: 'Two',
      },
    ]);
  });

  it('ends a block only at a fence that is as long as the first', () => {
    const [block, ...others] = codeBlocks(page('````text', '```ts', 'a', '```', '````'));
    expect(block?.code).toBe('```ts\na\n```\n');
    expect(others).toEqual([]);
  });

  it('takes the indent of a list away from a block', () => {
    const [block] = codeBlocks(page('- item', '', '  ```sh', '  npm test', '    more', '  ```'));
    expect(block?.code).toBe('npm test\n  more\n');
  });

  it('refuses a block without an end', () => {
    expect(() => codeBlocks(page('```ts', 'a'))).toThrow('page.md:1: the code block has no end');
  });

  it('finds no links in code', () => {
    const text = page('[a](b.md) `[c](d.md)`', '```text', '[e](f.md)', '```', '[g][h]', '', '[h]: i.md');
    expect(withoutCodeBlocks(text)).not.toContain('f.md');
    expect(linksOf(text)).toEqual([
      { target: 'b.md', picture: false },
      { target: 'i.md', picture: false },
    ]);
  });

  it('finds pictures, links whose text is code, and references without an address', () => {
    expect(linksOf(page('![a](b.png) [`c`](d.md#e) [f][g]'))).toEqual([
      { target: 'b.png', picture: true },
      { target: 'd.md#e', picture: false },
      { target: '', picture: false },
    ]);
  });

  it('makes the anchors of headings as GitHub does', () => {
    const headings = page(
      '# What `appsettings()` reads',
      '## A & B',
      '## [Link](x.md)',
      '## Same',
      '## Same',
    );
    expect([...anchorsOf(headings)]).toEqual(['what-appsettings-reads', 'a--b', 'link', 'same', 'same-1']);
  });
});
