import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { flushFile } from '../../core/delivery/pickup/flush-file.js';
import { openDirectory, syncDirectory } from '../../core/delivery/pickup/pickup-directory.js';

/** The end of the name of a file while it is being written; a process that is killed may leave it behind. */
export const UNFINISHED = '.new';

/**
 * Writes or replaces a small file so that after a crash it holds either what it held before or what it is to hold. It is
 * written under a name that nobody knows beforehand, so nothing that is there is written through.
 *
 * @param mode rights of the file. @default 0o600
 */
export async function writeDurably(path: string, content: string, mode = 0o600): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(12).toString('hex')}${UNFINISHED}`);
  const file = await open(temporary, 'wx', mode);
  try {
    try {
      await file.writeFile(content);
      await flushFile(file);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await openDirectory(folder);
  if (!handle) return;
  try {
    await syncDirectory(handle);
  } finally {
    await handle.close();
  }
}
