import { existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeSettings } from '../cli/checking.js';
import type { RunResult } from '../support/run-script.js';
import { runNode } from '../support/run-script.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const SENDER = join(process.cwd(), 'test', 'e2e', 'pickup-children', 'send-two.mjs');
const MAIN = join(process.cwd(), 'dist', 'cli', 'main.js');
/** Its name changed in Node.js 22.13. */
const FLAG = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

let folder: TemporaryDirectory;
let pickup: string;
beforeEach(() => {
  folder = temporaryDirectory();
  folder.write('pickup/.keep', '');
  pickup = join(folder.path, 'pickup');
});
afterEach(() => folder.remove());

const run = (writable: string, args: readonly string[]): Promise<RunResult> =>
  runNode(
    [
      '--disable-warning=ExperimentalWarning',
      FLAG,
      '--allow-fs-read=*',
      `--allow-fs-write=${writable}`,
      ...args,
    ],
    { cwd: folder.path },
  );
const modeOf = (file: string): string => (statSync(file).mode & 0o7777).toString(8);
const filesOf = ({ stdout }: RunResult): string[] =>
  JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as string[];

describe('Under the permission model of Node.js', () => {
  it.each([
    ['the folder alone', () => `${pickup}/`],
    ['every folder', () => '*'],
  ])('pickup mails are written, small and large, when it lets write into %s', async (_, writable) => {
    const result = await run(writable(), [SENDER, pickup, '022']);
    expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: '' });
    const files = filesOf(result);
    expect(files.map(modeOf)).toEqual(['640', '640']);
    expect(readdirSync(pickup).toSorted()).toEqual(
      ['.keep', ...files.map(file => file.slice(pickup.length + 1))].toSorted(),
    );
    const [small = '', large = ''] = files.map(file => readFileSync(file, 'latin1'));
    expect(small).toMatch(/^X-Sender: writer@contoso\.com\r\n/);
    expect(large.length).toBeGreaterThan(1_800_000);
    // As without it, the content is dated in whole seconds, so that a reader knows it to be finished.
    for (const file of files) expect(statSync(file).mtimeMs % 1000).toBe(0);
    expect(result.stdout).not.toContain('PickupFileMode');
  });

  it('a umask that takes rights from finished files is told at start', async () => {
    const result = await run(`${pickup}/`, [SENDER, pickup, '077']);
    expect(result.code).toBe(0);
    expect(filesOf(result).map(modeOf)).toEqual(['600', '600']);
    expect(`${result.stdout}${result.stderr}`).toContain(
      'Finished pickup files get the mode 0600 and not PickupFileMode 0640',
    );
  });

  it('the start stops with the flag that is missing', async () => {
    const result = await run(`${folder.path}/other/`, [SENDER, pickup]);
    expect(result.code).not.toBe(0);
    expect(`${result.stdout}${result.stderr}`).toContain(
      `PickupDirectory: ${pickup} is kept from this process by the permission model of Node.js; start it with --allow-fs-write=${pickup}/`,
    );
  });

  it('a folder behind a symbolic link is written as well, when both paths are let', async () => {
    symlinkSync(pickup, join(folder.path, 'link'));
    const result = await run('*', [SENDER, join(folder.path, 'link')]);
    expect(result.code).toBe(0);
    expect(filesOf(result).every(file => existsSync(file))).toBe(true);
  });

  it('check and send-test tell that mails can leave, and write one', async () => {
    writeSettings(folder, {
      FromAddress: 'a@contoso.com',
      UseSpecifiedPickupDirectory: true,
      PickupDirectory: 'pickup',
    });
    const checked = await run(`${pickup}/`, [MAIN, 'check']);
    expect(checked).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Nothing failed') });
    const sent = await run(`${pickup}/`, [MAIN, 'send-test', '--to', 'ann@contoso.com']);
    expect(sent).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Written (pickup)') });
  });

  it('check tells which flag is missing', async () => {
    writeSettings(folder, {
      FromAddress: 'a@contoso.com',
      UseSpecifiedPickupDirectory: true,
      PickupDirectory: 'pickup',
    });
    const { code, stdout } = await run(`${folder.path}/other/`, [MAIN, 'check']);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringContaining(`--allow-fs-write=${pickup}/`),
    });
  });
});
