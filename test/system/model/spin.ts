import { execFile } from 'node:child_process';
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { errnoOf } from '../../../lib/core/errors/error-facts.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

const MODEL = join(process.cwd(), 'test/system/model/relay.pml');
const MOST_MEGABYTES = 2000;
const DEEPEST = 100_000;
const LONGEST_OUTPUT = 16 * 1024 * 1024;
const HOW_TO_INSTALL =
  'These tests need spin and gcc and are not skipped without them. Install them with "apt-get install spin gcc".';

/** How a model is searched. */
export type Search =
  /** For whatever must never be so, with little memory. */
  | 'depth first'
  /** The same, and what is found has the fewest steps. */
  | 'breadth first'
  /** For runs that never come to where they should, though nobody is kept from going on for ever. */
  | 'fair runs';

const COMPILED: Readonly<Record<Search, readonly string[]>> = {
  'depth first': ['-DSAFETY'],
  'breadth first': ['-DSAFETY', '-DBFS'],
  'fair runs': ['-DNFAIR=3'],
};

/** What a search has come to. */
export interface Finding {
  /** States that were looked at; the search was exhaustive when nothing is violated. */
  readonly states: number;
  /** The name of what does not hold; undefined when everything holds. */
  readonly violated: string | undefined;
  /** The steps that lead there, one a line. */
  readonly steps: readonly string[];
  /** Steps of the model that were never taken, as lines of the model. */
  readonly untaken: readonly number[];
}

const execute = promisify(execFile);

/**
 * Searches the model of the relay.
 *
 * @param defines what is switched on in the model, such as `KILLS=2`
 * @throws Error when a program is missing, or when the search did not come to an end
 */
export async function searchModel(
  defines: readonly string[],
  search: Search = 'depth first',
): Promise<Finding> {
  const folder = temporaryDirectory();
  try {
    copyFileSync(MODEL, join(folder.path, 'relay.pml'));
    const flags = [...defines, ...(search === 'fair runs' ? ['LIVENESS'] : [])].map(define => `-D${define}`);
    const run = async (program: string, args: readonly string[]): Promise<string> => {
      const options = { cwd: folder.path, maxBuffer: LONGEST_OUTPUT };
      return (await execute(program, args, options).catch(missing)).stdout;
    };
    await run('spin', [...flags, '-a', 'relay.pml']);
    const limits = [`-DMEMLIM=${MOST_MEGABYTES}`, '-DVECTORSZ=2048'];
    await run('gcc', ['-O2', '-w', ...limits, ...COMPILED[search], '-o', 'pan', 'pan.c']);
    // The processes of the model never end; what a standstill must look like is asserted by one of them.
    const output = await run(join(folder.path, 'pan'), [
      '-E',
      `-m${DEEPEST}`,
      ...(search === 'fair runs' ? ['-a', '-f'] : []),
    ]);
    const found = existsSync(join(folder.path, 'relay.pml.trail'));
    const replayed = found ? await run('spin', [...flags, '-t', 'relay.pml']) : '';
    return findingOf(output, replayed);
  } finally {
    folder.remove();
  }
}

function findingOf(output: string, replayed: string): Finding {
  const errors = /errors: (\d+)/.exec(output)?.[1];
  if (errors === undefined || /max search depth too small|reached -DMEMLIM/.test(output))
    throw new Error(`The search did not come to an end:\n${output}`);
  const steps = replayed.split('\n').map(line => line.trim());
  const end = steps.findIndex(step => step.startsWith('violated: '));
  const broken = steps[end]?.slice('violated: '.length) ?? 'not settled';
  return {
    states: Number(/([\d.e+]+) states, stored/.exec(output)?.[1]),
    violated: errors === '0' ? undefined : broken,
    steps: steps.slice(0, Math.max(end, 0)),
    untaken: [...output.matchAll(/relay\.pml:(\d+), state \d+, "(?!-end-|printf\('violated)/g)].map(
      ([, line]) => Number(line),
    ),
  };
}

function missing(error: unknown): never {
  if (errnoOf(error) === 'ENOENT') throw new Error(HOW_TO_INSTALL, { cause: error });
  throw error;
}
