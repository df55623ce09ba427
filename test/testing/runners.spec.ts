import { describe, expect, it } from '@jest/globals';
import { ALL_PASSED, FAILURE_LINES, runExample } from './example-runs.js';

describe('The tests of an application', () => {
  it.each(['jest', 'node:test'] as const)(
    'work under %s',
    async runner => {
      const { code, stdout, stderr } = await runExample(runner, 'passing');
      expect(`${stdout}${stderr}`).toMatch(ALL_PASSED[runner]);
      expect(code).toBe(0);
    },
    120_000,
  );

  it.each(['jest', 'node:test'] as const)(
    'that fail show under %s what was sent instead, and where it was wanted',
    async runner => {
      const { code, stdout, stderr } = await runExample(runner, 'failing');
      const output = `${stdout}${stderr}`;
      for (const line of FAILURE_LINES) expect(output).toContain(line);
      expect(output).toMatch(/account-tests\.ts:\d+/);
      expect(output).not.toMatch(/at .*(?:dist|lib)\/testing/);
      expect(code).toBe(1);
    },
    120_000,
  );
});
