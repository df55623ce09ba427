import { describe, expect, it } from '@jest/globals';
import { ALL_PASSED, FAILURE_LINES, runExample } from '../../testing/example-runs.js';

const RUNNERS = ['jest', 'node:test', 'Vitest'] as const;

describe('The tests of an application, under each runner that is installed here for them', () => {
  it.each(RUNNERS)('work under %s', async runner => {
    const { code, stdout, stderr } = await runExample(runner, 'passing');
    expect(`${stdout}${stderr}`).toMatch(ALL_PASSED[runner]);
    expect(code).toBe(0);
  });

  it.each(RUNNERS)('that fail show under %s what was sent instead', async runner => {
    const { code, stdout, stderr } = await runExample(runner, 'failing');
    const output = `${stdout}${stderr}`;
    for (const line of FAILURE_LINES) expect(output).toContain(line);
    expect(output).toMatch(/account-tests\.ts:\d+/);
    expect(code).toBe(1);
  });
});
