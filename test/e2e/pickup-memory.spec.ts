import { statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { useMailBench } from '../support/mail-bench.js';
import { runNode } from '../support/run-script.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';

const MEGABYTE = 1024 * 1024;
const SCRIPT = join(import.meta.dirname, 'pickup-children', 'measure-stream.mjs');

const bench = useMailBench();
let folder: TemporaryDirectory;
beforeEach(() => {
  folder = bench.folder();
});

describe('A 200 MB attachment that is a stream', () => {
  it.each([
    ['small chunks', 64 * 1024],
    ['chunks of 8 MB', 8 * MEGABYTE],
  ])(
    'is written from %s with less than 150 MB above the idle process',
    async (_, chunk) => {
      const octets = 200 * MEGABYTE;
      const { stdout, stderr } = await runNode([SCRIPT, folder.path, String(octets), String(chunk)], {
        timeoutMs: 100_000,
      });
      expect(stderr).toBe('');
      const { file, idle, peak } = JSON.parse(stdout) as { file: string; idle: number; peak: number };
      expect(statSync(file).size).toBeGreaterThan((octets * 4) / 3);
      expect((peak - idle) / MEGABYTE).toBeLessThan(150);
    },
    120_000,
  );
});
