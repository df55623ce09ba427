import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const STEPS = join(process.cwd(), '.ci', 'steps.sh');

let folder: TemporaryDirectory;
beforeAll(() => {
  folder = temporaryDirectory();
});
afterAll(() => folder.remove());

/** Runs steps as `.ci/run` does. */
async function run(steps: string): Promise<{ code: unknown; lines: string[] }> {
  const script = `set -uo pipefail\n. ${STEPS}\n${steps}\nsummary`;
  const child = spawn('bash', ['-c', script], { cwd: folder.path, stdio: ['ignore', 'pipe', 'inherit'] });
  const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { code, lines: stdout.trim().split('\n') };
}

/** What a test runner ends with. */
const ran = (passed: number, failed = 0): string =>
  `echo "Tests:       ${failed > 0 ? `${failed} failed, ` : ''}${passed} passed, ${passed + failed} total"`;

describe('Steps of a run', () => {
  it('count each test of a suite, and each check as one, whether they run alone or beside others', async () => {
    const { code, lines } = await run(`
      beside suite one '${ran(3)}'
      beside check two true
      suite three '${ran(4)}'
      check four true
      together`);
    expect({ code, last: lines.at(-1) }).toEqual({ code: 0, last: '9 passed, 0 failed' });
  });

  it.each([
    ['a suite with failed tests', `beside suite s '${ran(3, 2)}; exit 1'`, '3 passed, 2 failed'],
    [
      'a suite that ends badly whatever it counted',
      `beside suite s '${ran(3)}; exit 1'`,
      '3 passed, 1 failed',
    ],
    ['a suite that runs nothing', 'beside suite s true', '0 passed, 1 failed'],
    ['a suite that is killed', `beside suite s '${ran(3)}; kill -9 $$'`, '3 passed, 1 failed'],
    ['a check that fails', 'beside check c false', '0 passed, 1 failed'],
    ['a command that does not exist', 'beside check c no-such-command', '0 passed, 1 failed'],
    ['a suite that runs alone', `suite s '${ran(1, 1)}; exit 1'`, '1 passed, 1 failed'],
    ['a check that runs alone', 'check c false', '0 passed, 1 failed'],
  ])('fail with %s', async (_name, steps, last) => {
    const { code, lines } = await run(`${steps}\ntogether`);
    expect({ code, last: lines.at(-1) }).toEqual({ code: 1, last });
  });

  it('are told again at the end, with the names of the tests that failed, each once', async () => {
    const heading = 'printf "  \\033[1m● A mailer › sends\\033[22m\\n    expected\\n  ● A relay › takes\\n"';
    const { lines } = await run(`
      beside suite one '${heading}; ${heading}; ${ran(3, 2)}; exit 1'
      suite two '${ran(4)}'
      check three false
      together`);
    const summary = lines
      .slice(lines.lastIndexOf('== Summary') + 1)
      .map(line => line.replace(/\d+ s$/, 'N s'));
    expect(summary).toEqual([
      '-- two: 4 passed, 0 failed, N s',
      '-- three: N s',
      '-- one: 3 passed, 2 failed, N s',
      '!! three',
      '!! one',
      '!!   A mailer › sends',
      '!!   A relay › takes',
      '7 passed, 3 failed',
    ]);
  });

  it('that run beside others are printed whole, one after the other', async () => {
    const { lines } = await run(`
      beside suite one 'echo a1; until [ -e met ]; do sleep 0.05; done; echo a2; ${ran(1)}'
      beside suite two 'echo b1; touch met; echo b2; ${ran(1)}'
      together`);
    const said = lines.filter(line => /^[ab]\d$/.test(line));
    expect(said).toEqual(['a1', 'a2', 'b1', 'b2']);
  });

  it('run at the same time: each waits for the other', async () => {
    const { lines } = await run(`
      beside suite one 'touch first; until [ -e second ]; do sleep 0.05; done; ${ran(1)}'
      suite two 'until [ -e first ]; do sleep 0.05; done; touch second; ${ran(1)}'
      together`);
    expect(lines.at(-1)).toBe('2 passed, 0 failed');
  });

  it('may run behind another one: begun when that has ended, however it ended, and counted', async () => {
    const { lines } = await run(`
      beside suite one 'until [ -e meanwhile ]; do sleep 0.05; done; touch one; ${ran(2, 1)}; exit 1'
      behind check two '[ -e one ] && touch two'
      behind suite three '[ -e two ] && ${ran(4)}'
      suite meanwhile 'touch meanwhile; [ ! -e two ] && ${ran(8)}'
      together`);
    expect(lines.slice(-3)).toEqual([
      expect.stringMatching(/^-- three: 4 passed, 0 failed, \d+ s$/),
      '!! one',
      '15 passed, 1 failed',
    ]);
  });

  it('that run behind one that was killed are begun all the same', async () => {
    const { lines } = await run(`
      beside suite one '${ran(3)}; kill -9 $PPID'
      behind suite two '${ran(4)}'
      together`);
    expect(lines.at(-1)).toBe('7 passed, 1 failed');
  });

  it('end with the run, and their children too', async () => {
    const { lines } = await run(`
      beside check child 'sleep 600 & echo $! > pid; wait'
      until [ -s pid ]; do sleep 0.05; done
      cat pid
      exit 3`);
    const pid = Number(lines.at(-1));
    expect(pid).toBeGreaterThan(1);
    // The signal was sent before the run ended; the process may take a moment to be gone.
    for (let tries = 0; isAlive(pid) && tries < 100; tries++)
      await new Promise(resolve => setTimeout(resolve, 50));
    expect(isAlive(pid)).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
