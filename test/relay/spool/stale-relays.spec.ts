import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stateVersion } from '../../../lib/core/delivery/pickup/relay-records.js';
import type { MailState } from '../../../lib/relay/spool/mail-states.js';
import { MailStates } from '../../../lib/relay/spool/mail-states.js';
import { fileIdentity } from '../../../lib/relay/spool/move-file.js';
import { RelayFolders } from '../../../lib/relay/spool/relay-folders.js';
import { leasePaths, RelayLease } from '../../../lib/relay/spool/relay-lease.js';
import { StaleRelays } from '../../../lib/relay/spool/stale-relays.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

const NAME = 'one.eml';

let folder: TemporaryDirectory;
let folders: RelayFolders;
let states: MailStates;
let dead: RelayLease;
let claimed: string;
beforeEach(async () => {
  folder = temporaryDirectory();
  folders = new RelayFolders(folder.path);
  states = new MailStates(folders);
  dead = await RelayLease.create(folders, 30_000, () => {});
  claimed = join(dead.claimed, NAME);
  writeFileSync(claimed, 'a mail');
  utimesSync(claimed, 1_795_000_000, 1_795_000_000);
});
afterEach(async () => {
  await folders.close();
  folder.remove();
});

/** Its process is one that has ended: no process began when it says. */
async function recover(): Promise<void> {
  await dead.journal.close();
  const { lease } = leasePaths(dead.folder);
  const content = JSON.parse(readFileSync(lease, 'utf8')) as { process: object };
  writeFileSync(lease, JSON.stringify({ ...content, process: { ...content.process, began: '1' } }));
  const relays = new StaleRelays(folders, states, () => folders.badmail, 30_000);
  expect((await relays.recover('')).problems).toEqual([]);
}

function stateOf(path: string): MailState {
  return {
    fingerprint: 'abc',
    version: stateVersion(lstatSync(path)),
    attempts: 1,
    nextAttempt: 0,
    delivered: ['ann@contoso.com'],
    refused: [],
  };
}

/** A relay was killed between the beginning and the end of writing down what it knew. */
async function leaveHalfAState(): Promise<void> {
  await states.write('other.eml', stateOf(claimed));
  const [other = ''] = readdirSync(folders.states);
  await states.write(NAME, stateOf(claimed));
  const own = readdirSync(folders.states).find(name => name !== other) ?? '';
  renameSync(join(folders.states, own), join(folders.states, `${own}.new`));
  await states.remove('other.eml');
}

describe('Taking up what a relay has left that was killed', () => {
  it('takes away what it had begun to write about a mail, and gives the mail back', async () => {
    await leaveHalfAState();
    expect(readdirSync(folders.states)).toHaveLength(1);
    await recover();
    expect(readdirSync(folders.states)).toEqual([]);
    expect(existsSync(join(folder.path, NAME))).toBe(true);
    await folders.removeEmpty();
    expect(readdirSync(folder.path)).toEqual([NAME]);
  });

  it('gives back what had taken the place of mails as they were claimed, and the mails beside it', async () => {
    // Before and behind the mail, in whatever order the folder is read.
    for (const name of ['a.eml', 'zz.eml']) mkdirSync(join(dead.claimed, name));
    for (const name of ['b.eml', 'z.eml']) symlinkSync('/etc/hostname', join(dead.claimed, name));
    mkdirSync(join(folder.path, 'a.eml'));
    await recover();
    const names = readdirSync(folder.path).filter(name => name.endsWith('.eml'));
    expect(names).toHaveLength(6);
    expect(names).toEqual(expect.arrayContaining(['a.eml', 'b.eml', NAME, 'z.eml', 'zz.eml']));
    expect(readlinkSync(join(folder.path, 'b.eml'))).toBe('/etc/hostname');
    expect(existsSync(dead.folder)).toBe(false);
  });

  it('gives back what another relay had taken over and not ended, though the first owner lives', async () => {
    await dead.journal.close();
    const { lease } = leasePaths(dead.folder);
    const content = JSON.parse(readFileSync(lease, 'utf8')) as object;
    writeFileSync(lease, JSON.stringify({ ...content, leaseMs: 100 }));
    const relays = new StaleRelays(folders, states, () => folders.badmail, 30_000);
    await relays.recover('');
    await delay(150);
    expect(await relays.recover('')).toEqual({ files: 0, undecided: 0, problems: [] });
    renameSync(dead.folder, join(folders.relays, '.taken-over'));
    expect(await relays.recover('')).toEqual({ files: 0, undecided: 1, problems: [] });
    await delay(150);
    expect(await relays.recover('')).toEqual({ files: 1, undecided: 0, problems: [] });
    expect(readFileSync(join(folder.path, NAME), 'utf8')).toBe('a mail');
  });

  it('keeps what is known of a mail that it gives back', async () => {
    await states.write(NAME, stateOf(claimed));
    await recover();
    expect(await states.read(NAME)).toMatchObject({ delivered: ['ann@contoso.com'] });
  });

  it('forgets what was known of a mail that everybody has by now', async () => {
    await states.write(NAME, stateOf(claimed));
    await dead.journal.enter(NAME, fileIdentity(lstatSync(claimed, { bigint: true })));
    await recover();
    await folders.removeEmpty();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it.each([
    ['made', undefined],
    ['written', ''],
  ])('removes at once its new folder when it was killed before its lease was %s', async (_, lease) => {
    await dead.journal.close();
    const left = join(folders.relays, '.11111111-1111-4111-8111-111111111111');
    mkdirSync(join(left, 'claimed'), { recursive: true });
    if (lease !== undefined) writeFileSync(leasePaths(left).lease, lease);
    const relays = new StaleRelays(folders, states, () => folders.badmail, 30_000);
    expect(await relays.recover('')).toEqual({ files: 0, undecided: 0, problems: [] });
    expect(existsSync(left)).toBe(false);
  });

  it('leaves a folder without a lease alone that has claimed files, or another name', async () => {
    await dead.journal.close();
    const relays = new StaleRelays(folders, states, () => folders.badmail, 30_000);
    const hidden = join(folders.relays, '.11111111-1111-4111-8111-111111111111');
    mkdirSync(join(hidden, 'claimed'), { recursive: true });
    writeFileSync(join(hidden, 'claimed', 'y.eml'), 'a mail');
    const other = join(folders.relays, 'other');
    mkdirSync(join(other, 'claimed'), { recursive: true });
    expect(await relays.recover('')).toEqual({ files: 0, undecided: 1, problems: [] });
    expect([hidden, other].map(path => existsSync(join(path, 'claimed')))).toEqual([true, true]);
  });

  it('does not keep relays from starting meanwhile, each with a whole folder of its own', async () => {
    await dead.journal.close();
    const relays = new StaleRelays(folders, states, () => folders.badmail, 30_000);
    let lost = 0;
    const starting = Promise.all(
      Array.from({ length: 20 }, () => RelayLease.create(folders, 30_000, () => lost++)),
    );
    for (let looks = 0; looks < 10; looks++) {
      expect((await relays.recover('')).problems).toEqual([]);
      await delay(2);
    }
    const leases = await starting;
    await relays.recover('');
    for (const lease of leases) {
      const { claimed: files, journal, lease: sign } = leasePaths(lease.folder);
      expect([files, journal, sign].map(path => existsSync(path))).toEqual([true, true, true]);
      await lease.renew();
      await lease.close();
    }
    expect(lost).toBe(0);
  });

  it('keeps what is known of another mail that has the name by now', async () => {
    await states.write(NAME, { ...stateOf(claimed), version: '1:2' });
    await dead.journal.enter(NAME, fileIdentity(lstatSync(claimed, { bigint: true })));
    await recover();
    expect(await states.read(NAME)).toMatchObject({ version: '1:2' });
  });
});
