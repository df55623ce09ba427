import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CONSUMER_ROWS } from '../system/package/consumers/consumer-rows.js';
import { codeBlocks } from './code-blocks.js';
import { codeIn, tableBelow } from './markdown-table.js';
import { page, ROOT } from './pages.js';

const BUNDLERS = 'test/consumers/bundlers';

function scriptsOf(folder: string): Record<string, string> {
  const { scripts } = JSON.parse(page(`${folder}/package.json`).text) as { scripts: Record<string, string> };
  return scripts;
}

describe('The page on where the package runs', () => {
  it('has a row for each application that is installed, built and started, and no other', () => {
    const rows = CONSUMER_ROWS.map(row => [
      String(row.nest),
      row.modules,
      row.packages,
      row.build,
      row.tests?.runner ?? '–',
      `\`${row.consumer}\``,
    ]);
    expect(tableBelow('docs/consumers.md', 'Where it runs')).toEqual(rows);
  });

  it('has every value, and every pair of a package manager and a module system that can be had', () => {
    const values = (of: (row: (typeof CONSUMER_ROWS)[number]) => unknown): number =>
      new Set(CONSUMER_ROWS.map(of)).size;
    expect(values(({ nest }) => nest)).toBe(2);
    expect(values(({ packages }) => packages)).toBe(5);
    expect(values(({ tests }) => tests?.runner)).toBe(4);
    expect(values(({ nest, modules, packages }) => `${nest} ${modules} ${packages}`)).toBeGreaterThanOrEqual(
      8,
    );
  });
});

describe('The page on bundling', () => {
  const blocks = codeBlocks(page('docs/bundling.md')).filter(({ language }) => language === 'js');

  it.each(blocks.map(block => [block.place, block] as const))(
    'shows the very file that is run at %s',
    (_place, { info, code }) => {
      expect(code).toBe(readFileSync(join(ROOT, info), 'utf8'));
    },
  );

  it('gives each command as it is run', () => {
    const commands = tableBelow('docs/bundling.md', 'Bundling', 1).map(([, cell]) => codeIn(cell)[0]);
    const bundles = Object.entries(scriptsOf(BUNDLERS)).filter(([name]) => name.startsWith('bundle:'));
    const nest = ['nest-11', 'nest-12'].map(name => scriptsOf(`test/consumers/${name}`)['bundle']);
    expect(commands.toSorted()).toEqual([...bundles.map(([, command]) => command), ...nest].toSorted());
  });

  it('shows the configuration of every bundler', () => {
    const shown = blocks.map(({ info }) => info);
    expect(shown).toEqual(
      expect.arrayContaining(
        ['esbuild.esm.mjs', 'esbuild.cjs.mjs', 'webpack.config.mjs', 'rspack.config.mjs'].map(
          name => `${BUNDLERS}/${name}`,
        ),
      ),
    );
  });
});
