import { mkdir, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAMES = new Map([
  [0x01021994, 'tmpfs'],
  [0x858458f6, 'ramfs'],
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x2fc12fc1, 'zfs'],
  [0x794c7630, 'overlay'],
  [0xf2f52010, 'f2fs'],
  [0x6969, 'nfs'],
]);

/**
 * A folder on a disk: flushing to memory costs nothing and says nothing.
 *
 * @returns {Promise<{ folder: string, fileSystem: string }>} the temporary folder when it is on a disk, else `results`
 */
export async function realDisk() {
  const fileSystem = await fileSystemOf(tmpdir());
  if (fileSystem !== 'tmpfs' && fileSystem !== 'ramfs') return { folder: tmpdir(), fileSystem };
  const folder = join(import.meta.dirname, 'results');
  await mkdir(folder, { recursive: true });
  return { folder, fileSystem: await fileSystemOf(folder) };
}

async function fileSystemOf(folder) {
  const { type } = await statfs(folder);
  return NAMES.get(type >>> 0) ?? `file system 0x${(type >>> 0).toString(16)}`;
}
