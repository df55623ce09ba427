import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pickupBacklog } from '../../../../lib/core/delivery/pickup/pickup-backlog.js';
import { openDirectory } from '../../../../lib/core/delivery/pickup/pickup-directory.js';
import { PickupMailDelivery } from '../../../../lib/core/delivery/pickup/pickup-mail-delivery.js';
import {
  pickupDirectoryFacts,
  probePickupDirectory,
} from '../../../../lib/core/delivery/pickup/pickup-probe.js';
import { recordName, stateVersion } from '../../../../lib/core/delivery/pickup/relay-records.js';
import { rejection } from '../../../support/rejection.js';
import type { TemporaryDirectory } from '../../../support/temporary-directory.js';
import { temporaryDirectory } from '../../../support/temporary-directory.js';
import { compose } from '../../mime/composing.js';

const MAIL = 'waiting.eml';
const RECORD = recordName(MAIL);
const REMAINS = '.01234567-89ab-cdef-0123-456789abcdef.mailroom';

let folder: TemporaryDirectory;
let pickup: string;
beforeEach(() => {
  folder = temporaryDirectory();
  folder.write(`pickup/${MAIL}`, 'x');
  pickup = join(folder.path, 'pickup');
});
afterEach(() => folder.remove());

/** A record that keeps the mail out of the backlog for an hour. */
function record(changes: object = {}): string {
  const version = stateVersion(lstatSync(join(pickup, MAIL)));
  return JSON.stringify({ file: MAIL, version, nextAttempt: Date.now() + 3_600_000, ...changes });
}

/** Makes something beside the pickup directory. */
function elsewhere(make: (path: string) => void): string {
  const path = join(folder.path, 'elsewhere');
  make(path);
  return path;
}

function pipe(path: string): void {
  execFileSync('mkfifo', [path]);
}

/** Makes a folder with all that could be taken for the records of a relay. */
function records(path: string): void {
  mkdirSync(join(path, 'states'), { recursive: true });
  mkdirSync(join(path, 'relays', 'one'), { recursive: true });
  for (const name of [RECORD, `states/${RECORD}`, 'relays/one/lease.json'])
    writeFileSync(join(path, name), record());
}

/** What does not end when it is read, is more than can be read, or leads away. */
const THINGS: readonly (readonly [string, (path: string) => void])[] = [
  ['a pipe', pipe],
  ['a link to a pipe', path => symlinkSync(elsewhere(pipe), path)],
  ['a link to /dev/zero', path => symlinkSync('/dev/zero', path)],
  ['a link to itself', path => symlinkSync(path, path)],
  ['a link to a folder of records', path => symlinkSync(elsewhere(records), path)],
  ['a link to a record', path => symlinkSync(folder.write('elsewhere', record()), path)],
];

const NAMES = [
  'x.eml',
  '.mailroom',
  '.mailroom/states',
  `.mailroom/states/${RECORD}`,
  '.mailroom/relays',
  '.mailroom/relays/one/lease.json',
  'badmail',
  REMAINS,
];

function delivery(): PickupMailDelivery {
  return new PickupMailDelivery({ directory: pickup, format: 'Iis', mode: 0o600 });
}

describe('An application writes, counts and checks beside', () => {
  it.each(THINGS.flatMap(([what, make]) => NAMES.map(name => [what, name, make] as const)))(
    '%s as %s',
    async (_what, name, make) => {
      const path = join(pickup, name);
      mkdirSync(dirname(path), { recursive: true });
      make(path);
      const writer = delivery();
      // More than there are threads for files: those that wait would hold up all that come behind them.
      const counted = await Promise.all(Array.from({ length: 8 }, () => writer.backlog()));
      expect(new Set(counted.map(({ count, deferred }) => `${count} ${deferred}`))).toEqual(
        new Set(['1 undefined']),
      );
      expect(await pickupDirectoryFacts(pickup)).toMatchObject({ relay: name.includes('relays/one') });
      expect(await probePickupDirectory(pickup)).toBeUndefined();
      await writer.verify();
      await writer.sweep();
      const { file } = await writer.deliver(await compose({ to: 'ann@contoso.com', text: 'Hello' }));
      expect(lstatSync(file ?? '').isFile()).toBe(true);
      expect(lstatSync(path).isFile()).toBe(false);
    },
    20_000,
  );

  it('a record of a gigabyte, and a record beyond what records are', async () => {
    const path = folder.write(`pickup/.mailroom/states/${RECORD}`, record());
    expect(await pickupBacklog(pickup)).toEqual({ count: 0, deferred: 1 });
    truncateSync(path, 2 ** 30);
    expect(await pickupBacklog(pickup)).toMatchObject({ count: 1 });
    writeFileSync(path, record({ refused: ['x'.repeat(4 * 1024 * 1024)] }));
    expect(await pickupBacklog(pickup)).toMatchObject({ count: 1 });
  });

  it('records of mails that are not there, and records under the names of others', async () => {
    const states = join(pickup, '.mailroom', 'states');
    mkdirSync(states, { recursive: true });
    for (let other = 0; other < 11_000; other++) writeFileSync(join(states, `${other}.json`), '');
    expect(await pickupBacklog(pickup)).toMatchObject({ count: 1 });
    writeFileSync(join(states, RECORD), record({ file: 'another.eml' }));
    expect(await pickupBacklog(pickup)).toMatchObject({ count: 1 });
    writeFileSync(join(states, RECORD), record());
    expect(await pickupBacklog(pickup)).toEqual({ count: 0, deferred: 1 });
  });

  it('what a writer has left, which it removes after a day only where it is a file', async () => {
    const yesterday = Date.now() / 1000 - 100_000;
    utimesSync(folder.write(`pickup/${REMAINS}`, 'x'), yesterday, yesterday);
    const others = ['1', '2', '3'].map(digit => REMAINS.replace(/.(?=\.mailroom)/, digit));
    mkdirSync(join(pickup, others[0] ?? ''));
    pipe(join(pickup, others[1] ?? ''));
    symlinkSync(folder.write('private', 'x'), join(pickup, others[2] ?? ''));
    for (const name of others.slice(0, 2)) utimesSync(join(pickup, name), yesterday, yesterday);
    expect(await delivery().sweep()).toEqual([join(pickup, REMAINS)]);
    expect(readdirSync(pickup).toSorted()).toEqual([...others, MAIL]);
  });
});

describe('A pickup directory whose place', () => {
  it.each(THINGS.slice(0, 4))('%s has taken is trouble at once', async (_what, make) => {
    const writer = delivery();
    folder.remove();
    mkdirSync(folder.path);
    make(pickup);
    const refused = { code: 'EMAILWRITE', phase: 'write' };
    expect(await rejection(writer.verify())).toMatchObject(refused);
    expect(await rejection(writer.backlog())).toMatchObject(refused);
    const mail = await compose({ to: 'ann@contoso.com', text: 'Hello' });
    expect(await rejection(writer.deliver(mail))).toMatchObject(refused);
    expect(await rejection(openDirectory(pickup))).toMatchObject({
      code: expect.stringMatching(/^(?:ENOTDIR|ELOOP)$/),
    });
    expect(await writer.sweep()).toEqual([]);
  });
});
