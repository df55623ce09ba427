import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RunResult } from '../support/run-script.js';
import { runNode } from '../support/run-script.js';

const EXAMPLE = join('test', 'testing', 'example');

/** How each runner is started for the tests of the example. */
const RUNNERS = {
  jest: [
    '--disable-warning=ExperimentalWarning',
    '--experimental-vm-modules',
    join('node_modules', 'jest', 'bin', 'jest.js'),
    '--config',
    join(EXAMPLE, 'jest.config.mjs'),
  ],
  'node:test': [
    '--import',
    pathToFileURL(join(EXAMPLE, 'swc-for-node.mjs')).href,
    '--test',
    '--test-reporter=spec',
    join(EXAMPLE, 'accounts.node.mjs'),
  ],
  Vitest: [
    join('test', 'runners', 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--config',
    join('test', 'runners', 'vitest.config.mjs'),
  ],
} as const;

/** A test runner that the example is tested with. */
export type RunnerName = keyof typeof RUNNERS;

/** Runs the example's tests, or the one that fails, in a process of their own against the built package. */
export function runExample(runner: RunnerName, tests: 'passing' | 'failing'): Promise<RunResult> {
  return runNode(RUNNERS[runner], {
    env: {
      EXAMPLE_FAILS: tests === 'failing' ? '1' : undefined,
      NO_COLOR: '1',
      FORCE_COLOR: undefined,
      NODE_TEST_CONTEXT: undefined,
      VITEST: undefined,
    },
    timeoutMs: 90_000,
  });
}

/** What a runner prints when all four tests have passed. */
export const ALL_PASSED: Readonly<Record<RunnerName, RegExp>> = {
  jest: /^Tests: +4 passed, 4 total$/m,
  'node:test': /^ℹ tests 4\n(?:ℹ .*\n)*ℹ pass 4\nℹ fail 0$/m,
  Vitest: /^ +Tests +4 passed \(4\)$/m,
};

/** The lines of the message that the failing test gives, wherever a runner puts it. */
export const FAILURE_LINES = [
  'No mail was sent that matches:',
  'to       bob@contoso.com',
  'subject  "Reset your password"',
  '1 mail was sent:',
  '1. "Reset your password" to ann@contoso.com, notification (en)',
  'to  wanted bob@contoso.com',
  'was    ann@contoso.com',
] as const;
