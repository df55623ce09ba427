import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCli } from '../support/cli.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { BlockCompiler } from './block-compiler.js';
import type { CodeBlock } from './code-blocks.js';
import { codeBlocks } from './code-blocks.js';
import { FIELD_TABLES } from './field-tables.js';
import { allPages } from './pages.js';

/**
 * Marks of a TypeScript block: `commonjs` for an application that is compiled to CommonJS, `typed` for one that has the
 * file of `nest-mailroom types` for the templates of its page.
 */
const MARKS: ReadonlySet<string> = new Set(['', 'commonjs', 'typed']);

const blocks = allPages()
  .flatMap(codeBlocks)
  .filter(({ language }) => language === 'ts' || language === 'typescript');
const nameOf = ({ page, line, info }: CodeBlock): string =>
  `${page.replaceAll(/\W+/g, '-')}-${line}.${info === 'commonjs' ? 'cts' : 'ts'}`;

describe('TypeScript on the pages', () => {
  let directory: TemporaryDirectory;
  let problems: ReadonlyMap<string, readonly string[]>;
  let problemsOfTyped: ReadonlyMap<string, readonly string[]>;

  beforeAll(async () => {
    directory = temporaryDirectory();
    const compiler = new BlockCompiler();
    const plain = blocks
      .filter(({ info }) => info !== 'typed')
      .map(block => [nameOf(block), block.code] as const);
    const tables = FIELD_TABLES.map(table => [table.name, table.file] as const);
    problems = compiler.check(new Map([...plain, ...tables]));

    const typed = blocks.filter(({ info }) => info === 'typed');
    const templates = allPages()
      .flatMap(codeBlocks)
      .filter(({ page, info }) => page === typed[0]?.page && info.endsWith('.hbs'));
    for (const { info, code } of templates) directory.write(info, code);
    const { code, stderr, stdout } = await runCli(['types', join(directory.path, 'templates')]);
    if (code !== 0) throw new Error(`The types of the templates cannot be found: ${stderr}`);
    problemsOfTyped = compiler.check(
      new Map([['mail-templates.d.ts', stdout], ...typed.map(block => [nameOf(block), block.code] as const)]),
    );
  }, 120_000);
  afterAll(() => directory.remove());

  it('is in blocks enough to be worth a test', () => {
    expect(blocks.length).toBeGreaterThan(25);
  });

  it('has typed blocks on one page, whose templates they use', () => {
    const pages = new Set(blocks.filter(({ info }) => info === 'typed').map(({ page }) => page));
    expect([...pages]).toEqual(['docs/typed-templates.md']);
  });

  it.each(blocks.map(block => [block.place, block] as const))(
    'compiles as it stands at %s',
    (_place, block) => {
      expect(MARKS).toContain(block.info);
      const said = block.info === 'typed' ? problemsOfTyped : problems;
      expect(said.get(nameOf(block)) ?? []).toEqual([]);
    },
  );

  it.each(FIELD_TABLES.map(({ page, type, name }) => [page, type, name] as const))(
    'finds in a table of %s every field of %s, and no other',
    (_page, _type, name) => {
      expect(problems.get(name) ?? []).toEqual([]);
    },
  );

  it('has no problem but in a block', () => {
    expect([problems.get('the program') ?? [], problemsOfTyped.get('the program') ?? []]).toEqual([[], []]);
  });
});
