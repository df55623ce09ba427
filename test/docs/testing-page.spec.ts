import { afterAll, expect, it } from '@jest/globals';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { loadBlock } from './block-module.js';
import { codeBlocks } from './code-blocks.js';
import { page } from './pages.js';

/** Compiling and starting the examples takes long on a machine that is busy. */
const examples = codeBlocks(page('docs/testing.md')).filter(
  ({ language, code }) => language === 'ts' && /^it\(/m.test(code),
);

// The examples are tests themselves: they run here, beside the one below.
for (const block of examples) {
  const directory = temporaryDirectory();
  afterAll(() => directory.remove());
  await loadBlock(directory, block);
}

it('runs the examples of the page on testing', () => {
  expect(examples.length).toBeGreaterThan(1);
});
