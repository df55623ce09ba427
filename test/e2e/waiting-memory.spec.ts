import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { runNode } from '../support/run-script.js';

const SCRIPT = join(import.meta.dirname, 'smtp-children', 'measure-waiting.mjs');

it('A mail that waits for a connection holds less than 4.4 KB of the heap', async () => {
  const { stdout, stderr } = await runNode(['--expose-gc', SCRIPT], { timeoutMs: 100_000 });
  expect(stderr).toBe('');
  const { octets } = JSON.parse(stdout) as { octets: number };
  expect(octets).toBeGreaterThan(0);
  expect(octets).toBeLessThan(4400);
}, 120_000);
