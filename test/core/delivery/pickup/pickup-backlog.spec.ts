import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, unlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pickupBacklog } from '../../../../lib/core/delivery/pickup/pickup-backlog.js';
import { rejection } from '../../../support/rejection.js';
import type { TemporaryDirectory } from '../../../support/temporary-directory.js';
import { temporaryDirectory } from '../../../support/temporary-directory.js';

let folder: TemporaryDirectory;
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(() => folder.remove());

function put(name: string, secondsAgo: number): void {
  const at = Date.now() / 1000 - secondsAgo;
  utimesSync(folder.write(name, 'x'), at, at);
}

describe('The backlog of a pickup directory', () => {
  it('is nothing where nothing lies', async () => {
    expect(await pickupBacklog(folder.path)).toEqual({ count: 0 });
  });

  it('counts what readers take and nothing else', async () => {
    put('a.eml', 10);
    put('B.EML', 20);
    put('of two\nlines.eml', 30);
    for (const name of ['.hidden.eml', 'c.tmp', 'c.bad', 'c.eml.reason.txt', 'eml', '.eml', 'sub/d.eml'])
      put(name, 5000);
    mkdirSync(join(folder.path, 'folder.eml'));
    symlinkSync(join(folder.path, 'a.eml'), join(folder.path, 'link.eml'));
    execFileSync('mkfifo', [join(folder.path, 'pipe.eml')]);
    const { count, oldestAgeMs } = await pickupBacklog(folder.path);
    expect(count).toBe(3);
    expect(oldestAgeMs).toBeGreaterThanOrEqual(30_000);
    expect(oldestAgeMs).toBeLessThan(60_000);
  });

  it('never has a negative age, whatever the clock of the file system says', async () => {
    put('a.eml', -3600);
    expect(await pickupBacklog(folder.path)).toEqual({ count: 1, oldestAgeMs: 0 });
  });

  it('can be counted while a reader takes the mails', async () => {
    const names = Array.from({ length: 1500 }, (_, mail) => `${mail}.eml`);
    for (const name of names) put(name, 1);
    const counting = pickupBacklog(folder.path);
    for (const name of names) {
      unlinkSync(join(folder.path, name));
      if (name.endsWith('9.eml')) await new Promise(resolve => setImmediate(resolve));
    }
    expect((await counting).count).toBeLessThan(1500);
    expect(await pickupBacklog(folder.path)).toEqual({ count: 0 });
  });

  it('is not counted to the end when nobody waits for it, also among files that are no mails', async () => {
    for (let file = 0; file < 1000; file++) folder.write(`${file}.tmp`, '');
    const controller = new AbortController();
    const counting = pickupBacklog(folder.path, controller.signal);
    controller.abort(new Error('enough'));
    expect(await rejection(counting)).toMatchObject({ message: 'enough' });
  });
});
