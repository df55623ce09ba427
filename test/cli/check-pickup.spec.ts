import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { MailSettings } from '../../lib/core/settings/mail-settings.js';
import { runCliWithoutRights } from '../support/cli.js';
import type { RunResult } from '../support/run-script.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import type { Checked } from './checking.js';
import { check, checkWith } from './checking.js';

let folder: TemporaryDirectory;
let pickup: string;
beforeEach(() => {
  folder = temporaryDirectory();
  pickup = join(folder.path, 'pickup');
  mkdirSync(pickup);
});
afterEach(() => folder.remove());

const SETTINGS = { UseSpecifiedPickupDirectory: true, PickupDirectory: 'pickup' };

function checkWithoutRights(settings: MailSettings): Promise<Checked<RunResult>> {
  return checkWith(folder, settings, args => runCliWithoutRights(args, { cwd: folder.path }));
}

function hoursAgo(hours: number, ...names: string[]): void {
  const time = new Date(Date.now() - hours * 3_600_000);
  for (const name of names) utimesSync(join(pickup, name), time, time);
}

it('A folder that mails can be written to passes, and the check leaves it as it was', async () => {
  folder.write('pickup/a.eml', 'x');
  const remains = '.01234567-89ab-cdef-0123-456789abcdef.mailroom';
  folder.write(`pickup/${remains}`, 'what a dead writer has left');
  hoursAgo(48, remains);
  const result = await check(folder, SETTINGS);
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(result.document.steps.map(({ step, status }) => `${step} ${status}`)).toEqual([
    'policy ok',
    'directory ok',
    'space ok',
    'waiting ok',
    'delivery ok',
  ]);
  expect(result.step('directory')?.facts).toMatchObject({
    directory: pickup,
    user: expect.any(String),
    mode: expect.stringMatching(/^\d{4}$/),
  });
  expect(result.step('space')?.facts).toMatchObject({ freeBytes: expect.any(Number) });
  expect(result.step('waiting')).toMatchObject({ facts: { count: 1, deferred: 0, relay: false } });
  expect(readdirSync(pickup).toSorted()).toEqual([remains, 'a.eml']);
});

it('Mails that nobody takes are a warning', async () => {
  for (const name of ['old.eml', 'new.eml']) folder.write(`pickup/${name}`, 'x');
  hoursAgo(5, 'old.eml');
  const result = await check(folder, { Host: 'pickup/' });
  expect(result.code).toBe(0);
  expect(result.step('waiting')).toMatchObject({
    status: 'warning',
    message: '2 mails wait there, the oldest for 5 hours',
    advice: expect.stringContaining('Nobody seems to empty the folder'),
  });
});

it('A relay that works in the folder is seen', async () => {
  folder.write('pickup/.mailroom/relays/one/lease.json', '{}');
  const result = await check(folder, SETTINGS);
  expect(result.step('waiting')?.message).toContain('a relay of this package works there');
});

it.each(['pickup/.mailroom', 'pickup/.mailroom/relays', 'pickup/.mailroom/states/x.json', 'pickup/x.eml'])(
  'A pipe or a link as %s neither holds the check up nor passes for a relay',
  async name => {
    const path = join(folder.path, name);
    mkdirSync(dirname(path), { recursive: true });
    folder.write('elsewhere/relays/one/lease.json', '{}');
    for (const make of [() => execFileSync('mkfifo', [path]), () => symlinkSync('../elsewhere', path)]) {
      make();
      const result = await check(folder, SETTINGS);
      expect(result.code).toBe(0);
      expect(result.step('waiting')).toMatchObject({ status: 'ok', facts: { count: 0, relay: false } });
      rmSync(path);
    }
  },
);

it('A folder that is not there fails, with the setting as it is written', async () => {
  const inHost = await check(folder, { Host: 'elsewhere/' });
  expect(inHost.step('directory')?.advice).toContain('Check Host');
  const settings = { UseSpecifiedPickupDirectory: true, pickupDirectory: 'nowhere' };
  const result = await check(folder, settings);
  expect(result.code).toBe(1);
  expect(result.step('directory')).toMatchObject({
    status: 'failed',
    message: expect.stringContaining(`${join(folder.path, 'nowhere')} does not exist`),
    advice: expect.stringContaining('Check pickupDirectory'),
  });
  expect(result.step('delivery')).toMatchObject({ status: 'failed', facts: { code: 'EMAILWRITE' } });
});

it('A file in place of the folder fails', async () => {
  folder.write('file', '');
  const result = await check(folder, { ...SETTINGS, PickupDirectory: 'file' });
  expect(result.code).toBe(1);
  expect(result.step('directory')?.message).toContain('is not a directory');
});

it('A folder that this user may not write to fails, and says who the user is and whose the folder is', async () => {
  chmodSync(folder.path, 0o755);
  chmodSync(pickup, 0o555);
  const result = await checkWithoutRights(SETTINGS);
  expect(result.code).toBe(1);
  expect(result.step('directory')).toMatchObject({
    status: 'failed',
    message: expect.stringMatching(
      /cannot be written by this process \(EACCES\); this process runs as \w+ \(\d+\), and the folder belongs to user \d+, group \d+, mode 0555$/,
    ),
    advice: expect.stringMatching(
      /^Give \w+ \(\d+\) the right to enter .* and to read, write and enter the folder/,
    ),
  });
});

it('A folder below one that this user may not enter fails in the same way', async () => {
  chmodSync(folder.path, 0o755);
  const below = join(pickup, 'below');
  mkdirSync(below);
  chmodSync(pickup, 0o000);
  try {
    const result = await checkWithoutRights({ ...SETTINGS, PickupDirectory: below });
    expect(result.code).toBe(1);
    expect(result.step('directory')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('(EACCES)'),
      advice: expect.stringContaining('the right to enter the folders above it'),
    });
  } finally {
    chmodSync(pickup, 0o755);
  }
});

it('With Enabled false the folder is not even looked at', async () => {
  const result = await check(folder, { ...SETTINGS, PickupDirectory: 'nowhere', Enabled: false });
  expect(result.code).toBe(0);
  expect(result.step('directory')).toBeUndefined();
});
