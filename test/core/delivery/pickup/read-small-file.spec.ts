import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chownSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readSmallFile } from '../../../../lib/core/delivery/pickup/read-small-file.js';
import { rejection } from '../../../support/rejection.js';
import type { TemporaryDirectory } from '../../../support/temporary-directory.js';
import { temporaryDirectory } from '../../../support/temporary-directory.js';

let folder: TemporaryDirectory;
let path: string;
beforeEach(() => {
  folder = temporaryDirectory();
  path = join(folder.path, 'record.json');
});
afterEach(() => folder.remove());

describe('A small file is read', () => {
  it('whole, also when it is empty or as large as it may be', async () => {
    for (const text of ['', 'x', 'é'.repeat(5000)]) {
      writeFileSync(path, text);
      expect(await readSmallFile(path, { largest: Buffer.byteLength(text) })).toBe(text);
    }
  });

  it('with what has been appended to it', async () => {
    writeFileSync(path, 'a\n');
    const reading = readSmallFile(path, { largest: 100_000 });
    appendFileSync(path, 'b\n'.repeat(20_000));
    expect(await reading).toMatch(/^a\n(?:b\n)*$/);
  });

  it('when the system does not say how large it is', async () => {
    expect(await readSmallFile('/proc/self/status', { largest: 100_000 })).toContain(
      `Pid:\t${process.pid}\n`,
    );
  });

  it('when its account counts', async () => {
    writeFileSync(path, 'x');
    const own = process.getuid?.();
    expect(await readSmallFile(path, { largest: 10, mayOwn: uid => uid === own })).toBe('x');
  });
});

describe('No file is read', () => {
  it('where there is none', async () => {
    expect(await readSmallFile(path, { largest: 10 })).toBeUndefined();
  });

  it('that is too large, also when it says that it is empty', async () => {
    writeFileSync(path, 'x'.repeat(11));
    expect(await readSmallFile(path, { largest: 10 })).toBeUndefined();
    truncateSync(path, 2 ** 40);
    expect(await readSmallFile(path, { largest: 1_000_000 })).toBeUndefined();
    expect(await readSmallFile('/proc/self/status', { largest: 100 })).toBeUndefined();
  });

  it('that belongs to an account that does not count', async () => {
    writeFileSync(path, 'x');
    const asked: number[] = [];
    const mayOwn = (uid: number): boolean => asked.push(uid) < 0;
    expect(await readSmallFile(path, { largest: 10, mayOwn })).toBeUndefined();
    if (process.getuid?.() === 0) {
      chownSync(path, 12_345, 0);
      expect(await readSmallFile(path, { largest: 10, mayOwn })).toBeUndefined();
      expect(asked).toEqual([0, 12_345]);
    } else expect(asked).toEqual([process.getuid?.()]);
  });

  it.each([
    ['a pipe', () => execFileSync('mkfifo', [path])],
    ['a directory', () => mkdirSync(path)],
    ['a link to a file', () => symlinkSync(folder.write('other', 'x'), path)],
    ['a link to a device', () => symlinkSync('/dev/zero', path)],
    ['a link to nothing', () => symlinkSync('/nowhere', path)],
    ['a link to itself', () => symlinkSync(path, path)],
  ])('where %s has its name', async (_what, make) => {
    make();
    expect(await readSmallFile(path, { largest: 10 })).toBeUndefined();
  });

  it('where a pipe has its name that somebody writes to', async () => {
    execFileSync('mkfifo', [path]);
    // Opened for reading too, it waits for nobody.
    const writer = spawn('sh', ['-c', 'exec 3<>"$0"; yes >&3 & echo ready; wait', path], { detached: true });
    await once(writer.stdout, 'data');
    expect(await readSmallFile(path, { largest: 10 })).toBeUndefined();
    if (writer.pid) process.kill(-writer.pid, 'SIGKILL');
  });

  it('where a socket or a device has its name', async () => {
    const server = createServer().listen(path);
    await once(server, 'listening');
    expect(await readSmallFile(path, { largest: 10 })).toBeUndefined();
    server.close();
    expect(await readSmallFile('/dev/zero', { largest: 10 })).toBeUndefined();
    expect(await readSmallFile('/dev/tty', { largest: 10 })).toBeUndefined();
  });
});

describe('A file that cannot be read', () => {
  it('rejects with what the system says', async () => {
    expect(await rejection(readSmallFile(`${folder.write('file', '')}/x`, { largest: 10 }))).toMatchObject({
      code: 'ENOTDIR',
    });
  });
});
