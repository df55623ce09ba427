import { existsSync, readdirSync, readFileSync, realpathSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeSettings } from '../cli/checking.js';
import { MailSink } from '../support/mail-sink.js';
import { iisMail, publish } from '../support/relay-app.js';
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

/** What every program of the package reads. */
const PACKAGES = [`${process.cwd()}/`, `${realpathSync('node_modules')}/`];

const run = (writable: string, args: readonly string[]): Promise<RunResult> => runWith(['*'], writable, args);

function runWith(readable: readonly string[], writable: string, args: readonly string[]): Promise<RunResult> {
  const flags = [...readable.map(path => `--allow-fs-read=${path}`), `--allow-fs-write=${writable}`];
  return runNode(['--disable-warning=ExperimentalWarning', FLAG, ...flags, ...args], { cwd: folder.path });
}
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

  it('pickup mails are written when it lets read nothing but the package and the folder, with and without fsync', async () => {
    for (const fsync of ['true', 'false']) {
      const result = await runWith([`${pickup}/`, ...PACKAGES], `${pickup}/`, [SENDER, pickup, '022', fsync]);
      expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: '' });
      expect(filesOf(result).map(modeOf)).toEqual(['640', '640']);
    }
    expect(readdirSync(pickup).filter(name => name.endsWith('.eml'))).toHaveLength(4);
  });

  it('a relay delivers what lies in the one folder that it may write to, and keeps its records there', async () => {
    const sink = await MailSink.start();
    writeSettings(folder, { Host: sink.host, Port: sink.port, PickupDirectory: 'pickup' });
    publish(pickup, 'a.eml', iisMail('a'));
    const settings = join(folder.path, 'appsettings.json');
    const may = [settings, `${pickup}/`, ...PACKAGES];
    const relayed = await runWith(may, `${pickup}/`, [MAIN, 'relay', '--once', '--settings', settings]);
    expect(relayed).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('"sent":1') });
    expect(sink.messages).toHaveLength(1);
    expect(readdirSync(pickup).filter(name => name.endsWith('.eml'))).toEqual([]);
    await sink.close();
  });

  it.each([
    ['the folder of the relay', 'pickup', ['relay', '--once'], ['--allow-fs-read', '--allow-fs-write']],
    ['a folder of templates', 'mails', ['templates', 'lint', 'mails'], ['--allow-fs-read']],
    ['a folder of templates', 'mails', ['types', 'mails'], ['--allow-fs-read']],
    ['a folder of templates', 'mails', ['preview', 'mails', '--port', '0'], ['--allow-fs-read']],
    ['settings', 'other.json', ['check', '--settings', 'other.json'], ['--allow-fs-read']],
  ])('commands name the flags that are missing for %s: %s %j', async (_, name, args, flags) => {
    const settings = writeSettings(folder, { Host: 'localhost', PickupDirectory: 'pickup' });
    folder.write('mails/a/subject.hbs', 'x');
    folder.write('other.json', '{}');
    const { code, stdout, stderr } = await runWith([settings, ...PACKAGES], `${folder.path}/none/`, [
      MAIN,
      ...args,
    ]);
    const path = join(folder.path, name);
    expect(code).toBe(2);
    expect(`${stdout}${stderr}`).toContain(
      `${path} is kept from this process by the permission model of Node.js`,
    );
    for (const flag of flags)
      expect(`${stdout}${stderr}`).toContain(`${flag}=${path}${name.includes('.') ? '' : '/'}`);
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
