import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RelayFolders } from '../../../lib/relay/spool/relay-folders.js';
import { leasePaths, readLease, RelayLease } from '../../../lib/relay/spool/relay-lease.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

let folder: TemporaryDirectory;
let folders: RelayFolders;
let lost: number;
beforeEach(() => {
  folder = temporaryDirectory();
  folders = new RelayFolders(folder.path);
  lost = 0;
});
afterEach(() => folder.remove());

const create = (): Promise<RelayLease> => RelayLease.create(folders, 30_000, () => lost++);

describe('The folder of a relay', () => {
  it('has a lease from the first moment on, whose beat grows', async () => {
    const berth = await create();
    const { lease } = leasePaths(berth.folder);
    const before = await readLease(lease);
    expect(before).toMatchObject({ beat: 0, process: { pid: process.pid } });
    await berth.renew();
    expect((await readLease(lease))?.beat).toBe(1);
    await berth.close();
    expect(existsSync(berth.folder)).toBe(false);
  });

  it('is made again once when many find it gone at the same time, and its journal works', async () => {
    const berth = await create();
    rmSync(join(folder.path, '.mailroom'), { recursive: true });
    await Promise.all([berth.restore(), berth.renew(), berth.restore(), berth.restore(), berth.renew()]);
    expect(lost).toBe(1);
    expect(readdirSync(folders.relays)).toHaveLength(1);
    await berth.journal.enter('x.eml', '1:2:3');
    expect(readFileSync(leasePaths(berth.folder).journal, 'utf8')).toContain('x.eml');
    await berth.close();
  });

  it('is not made again in a pickup directory that is gone', async () => {
    const berth = await create();
    folder.remove();
    await expect(berth.restore()).rejects.toMatchObject({ code: 'ENOENT' });
    expect(existsSync(folder.path)).toBe(false);
    await berth.close();
  });

  it('is not made again, nor anything in it removed, when it only cannot be looked at', async () => {
    const berth = await create();
    const { folder: own, claimed } = berth;
    writeFileSync(join(claimed, 'x.eml'), 'x');
    renameSync(claimed, join(own, 'aside'));
    // Something that is no folder stands in its place.
    symlinkSync('claimed', claimed);
    await expect(berth.restore()).rejects.toMatchObject({ code: 'ELOOP' });
    expect(berth.folder).toBe(own);
    expect(existsSync(join(own, 'aside', 'x.eml'))).toBe(true);
    await berth.journal.close();
  });

  it('overwrites its lease in place, so that a full disk does not make it look dead', async () => {
    const berth = await create();
    const { lease } = leasePaths(berth.folder);
    const { size, ino } = statSync(lease);
    await berth.renew();
    expect(statSync(lease)).toMatchObject({ size, ino });
    await berth.close();
  });

  it('stays when something is left in it', async () => {
    const berth = await create();
    writeFileSync(join(berth.claimed, 'x.eml'), 'x');
    await berth.close();
    expect(existsSync(join(berth.claimed, 'x.eml'))).toBe(true);
  });
});
