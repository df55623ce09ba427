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
afterEach(async () => {
  await folders.close();
  folder.remove();
});

const create = (): Promise<RelayLease> => RelayLease.create(folders, 30_000, () => lost++);

describe('The folder of a relay', () => {
  it('has a lease from the first moment on, in which a counter grows with each renewal', async () => {
    const lease = await create();
    const { lease: file } = leasePaths(lease.folder);
    const before = await readLease(file);
    expect(before).toMatchObject({ beat: 0, process: { pid: process.pid } });
    await lease.renew();
    expect((await readLease(file))?.beat).toBe(1);
    await lease.close();
    expect(existsSync(lease.folder)).toBe(false);
  });

  it('is made again once when many find it gone at the same time, and its journal works', async () => {
    const lease = await create();
    rmSync(join(folder.path, '.mailroom'), { recursive: true });
    await Promise.all([lease.restore(), lease.renew(), lease.restore(), lease.restore(), lease.renew()]);
    expect(lost).toBe(1);
    expect(readdirSync(folders.relays)).toHaveLength(1);
    await lease.journal.enter('x.eml', '1:2:3');
    expect(readFileSync(leasePaths(lease.folder).journal, 'utf8')).toContain('x.eml');
    await lease.close();
  });

  it('is not made again in a pickup directory that is gone', async () => {
    const lease = await create();
    folder.remove();
    await expect(lease.restore()).rejects.toMatchObject({ code: 'ENOENT' });
    expect(existsSync(folder.path)).toBe(false);
    await lease.close();
  });

  it('is not made again, nor anything in it removed, when it only cannot be looked at', async () => {
    const lease = await create();
    const { folder: own, claimed } = lease;
    writeFileSync(join(claimed, 'x.eml'), 'x');
    renameSync(claimed, join(own, 'aside'));
    // Something that is no folder stands in its place.
    symlinkSync('claimed', claimed);
    await expect(lease.restore()).rejects.toThrow('claimed is no directory any more');
    expect(lease.folder).toBe(own);
    expect(existsSync(join(own, 'aside', 'x.eml'))).toBe(true);
    await lease.journal.close();
  });

  it('overwrites its lease in place, so that a full disk does not make it look dead', async () => {
    const lease = await create();
    const { lease: file } = leasePaths(lease.folder);
    const { size, ino } = statSync(file);
    await lease.renew();
    expect(statSync(file)).toMatchObject({ size, ino });
    await lease.close();
  });

  it('stays when something is left in it', async () => {
    const lease = await create();
    writeFileSync(join(lease.claimed, 'x.eml'), 'x');
    await lease.close();
    expect(existsSync(join(lease.claimed, 'x.eml'))).toBe(true);
  });
});
