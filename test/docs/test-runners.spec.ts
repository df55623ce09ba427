import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { codeBlocks } from './code-blocks.js';
import { allPages, page, ROOT } from './pages.js';

const blocks = codeBlocks(page('docs/test-runners.md'));

it('The page on test runners has every recipe that is run', () => {
  expect(blocks.map(({ info }) => info)).toEqual([
    'jest-commonjs/package.json',
    'jest-ts-jest/jest.config.mjs',
    'jest-ts-jest/tsconfig.json',
    'jest-swc/jest.config.mjs',
    'vitest/vitest.config.mjs',
    'node-test/swc.mjs',
    'node-test/swc-hooks.mjs',
  ]);
});

it.each(blocks.map(block => [block.info, block] as const))(
  'The page on test runners shows the file that is run: %s',
  (info, { code }) => {
    const file = readFileSync(join(ROOT, 'test/runners/recipes', info), 'utf8');
    // JSON is laid out otherwise on a page.
    if (info.endsWith('.json')) expect(JSON.parse(code)).toEqual(JSON.parse(file));
    else expect(code.trimEnd()).toBe(file.trimEnd());
  },
);

it('JavaScript stands on pages whose blocks are held to be files alone: this one, and the one on bundling', () => {
  const elsewhere = allPages()
    .filter(({ path }) => !['docs/test-runners.md', 'docs/bundling.md'].includes(path))
    .flatMap(codeBlocks);
  expect(elsewhere.filter(({ language }) => language === 'js').map(({ place }) => place)).toEqual([]);
});

it('The recipes that share a tsconfig.json have the same', () => {
  const [one, two, three] = ['jest-ts-jest', 'vitest', 'jest-commonjs'].map(name =>
    readFileSync(join(ROOT, 'test/runners/recipes', name, 'tsconfig.json'), 'utf8'),
  );
  expect([two, three]).toEqual([one, one]);
});
