import { constants, existsSync, readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CallBudget } from '../../../lib/relay/spool/call-budget.js';
import { QuickFiles } from '../../../lib/relay/spool/quick-files.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

let folder: TemporaryDirectory;
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(() => folder.remove());

async function judged(path = folder.path): Promise<QuickFiles> {
  const files = new QuickFiles();
  await files.judge(path);
  return files;
}

describe('The calls of which each mail needs several', () => {
  it.each([
    ['by other threads', () => Promise.resolve(new QuickFiles())],
    ['at once, where the folder is local', () => judged()],
  ])('do the same %s', async (_, make) => {
    const files = await make();
    const path = folder.write('x.eml', 'some text');
    const moved = join(folder.path, 'y.eml');
    const file = await files.open(path, constants.O_RDONLY);
    await files.rename(path, moved);
    const [byPath, byFile] = [await files.lstat(moved), await file.stat({ bigint: true })];
    expect([byPath.ino, byPath.size]).toEqual([byFile.ino, 9n]);
    const buffer = Buffer.alloc(4);
    expect(await file.read(buffer, 0, 4, 5)).toMatchObject({ bytesRead: 4 });
    expect(buffer.toString()).toBe('text');
    await files.unlink(moved);
    expect(existsSync(moved)).toBe(false);
    await file.close();
    await file.close();
    expect(file.fd).toBe(-1);
    for (const call of [files.lstat(moved), files.unlink(moved), files.rename(moved, path)])
      await expect(call).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(files.open(moved, constants.O_RDONLY)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('write where they are told to', async () => {
    for (const files of [new QuickFiles(), await judged()]) {
      const path = folder.write('x', '......');
      const handle = await open(path, 'r+');
      expect(await files.write(handle, Buffer.from('ab'), 2)).toBe(2);
      await handle.close();
      expect(readFileSync(path, 'utf8')).toBe('..ab..');
    }
  });

  it('are never made at once before it is known where the folder lies, nor where it cannot be told', async () => {
    expect(new QuickFiles().atOnce).toBe(false);
    const files = await judged(join(folder.path, 'missing'));
    expect(files.atOnce).toBe(false);
    // One of the folders in which it works may still be the one that is not local.
    await files.judge(folder.path);
    expect(files.atOnce).toBe(false);
  });

  it('are left to other threads while the file system is slow', async () => {
    let now = 0;
    const budget = new CallBudget(() => now);
    const files = new QuickFiles(budget);
    await files.judge(folder.path);
    budget.spend(() => (now += 100));
    expect(files.atOnce).toBe(false);
    expect((await files.lstat(folder.path)).ino).toBe(BigInt(statSync(folder.path).ino));
  });

  it('tell that nothing is there only when they are sure', async () => {
    const path = folder.write('x.eml', 'x');
    const [later, now] = [new QuickFiles(), await judged()];
    expect([later.isMissing(path), later.isMissing(`${path}.not`)]).toEqual([false, false]);
    expect(now.isMissing(path)).toBe(false);
    expect(now.isMissing(`${path}.not`)).toBe(now.atOnce);
  });
});
