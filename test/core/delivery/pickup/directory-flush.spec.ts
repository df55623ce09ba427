import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DirectoryFlush } from '../../../../lib/core/delivery/pickup/directory-flush.js';
import type { TemporaryDirectory } from '../../../support/temporary-directory.js';
import { temporaryDirectory } from '../../../support/temporary-directory.js';

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

describe('The flush of a directory', () => {
  it('does not end before the changes of all who share it have ended', async () => {
    const flush = new DirectoryFlush(directory.path);
    let release = (): void => {};
    const held = new Promise<void>(resolve => {
      release = resolve;
    });
    const ended: string[] = [];
    const slow = flush.cover({ prepare: () => held, change: async () => {} }).then(() => ended.push('slow'));
    const quick = flush.cover({ change: async () => {} }).then(() => ended.push('quick'));
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(ended).toEqual([]);
    release();
    await Promise.all([slow, quick]);
    expect(ended).toHaveLength(2);
  });

  it('fails nobody but the one whose own change fails', async () => {
    const flush = new DirectoryFlush(directory.path);
    const failing = [
      { prepare: () => Promise.reject(new Error('prepare')), change: async () => {} },
      { change: () => Promise.reject(new Error('change')) },
    ];
    const outcomes = await Promise.allSettled(
      [...failing, { change: async () => {} }].map(name => flush.cover(name)),
    );
    expect(outcomes.map(outcome => (outcome.status === 'rejected' ? outcome.reason.message : 'ok'))).toEqual([
      'prepare',
      'change',
      'ok',
    ]);
    await flush.cover({ change: async () => {} });
  });

  it('changes nothing in a directory that cannot be opened, and works again when it is back', async () => {
    const flush = new DirectoryFlush(join(directory.path, 'missing'));
    const changed: number[] = [];
    const cover = (index: number): Promise<void> =>
      flush.cover({ change: async () => void changed.push(index) });
    const outcomes = await Promise.allSettled([cover(1), cover(2)]);
    expect(outcomes).toMatchObject([{ reason: { code: 'ENOENT' } }, { reason: { code: 'ENOENT' } }]);
    expect(changed).toEqual([]);
    directory.write('missing/there', '');
    await cover(3);
    expect(changed).toEqual([3]);
  });

  it('follows the path to another directory that has taken the place of the first', async () => {
    const path = join(directory.path, 'pickup');
    directory.write('pickup/first', '');
    const flush = new DirectoryFlush(path);
    await flush.cover({ change: async () => {} });
    renameSync(path, join(directory.path, 'old'));
    await expect(flush.cover({ change: async () => {} })).rejects.toMatchObject({ code: 'ENOENT' });
    directory.write('pickup/second', '');
    await flush.cover({ change: async () => renameSync(join(path, 'second'), join(path, 'third')) });
    expect(existsSync(join(path, 'third'))).toBe(true);
  });
});
