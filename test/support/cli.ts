import { join } from 'node:path';
import type { RunOptions, RunResult } from './run-script.js';
import { runNode } from './run-script.js';

const MAIN = join(process.cwd(), 'dist', 'cli', 'main.js');
const NOBODY = 65_534;

/** Runs the command `nest-mailroom` as it is built. */
export function runCli(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return runNode([MAIN, ...args], options);
}

/** Runs it as a user who may write nowhere: as `nobody` where the tests run as root, whom no access right stops. */
export function runCliWithoutRights(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const drop = `process.setgroups([]);process.setgid(${NOBODY});process.setuid(${NOBODY})`;
  const prefix = process.getuid?.() === 0 ? ['--import', `data:text/javascript,${drop}`] : [];
  return runNode([...prefix, MAIN, ...args], options);
}
