import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openDirectory, syncDirectory } from '../../core/delivery/pickup/pickup-directory.js';

/** The path of a file while it is being written; a process that is killed may leave it behind. */
export function unfinished(path: string): string {
  return `${path}.new`;
}

/** Writes or replaces a small file so that after a crash it holds either what it held before or what it is to hold. */
export async function writeDurably(path: string, content: string): Promise<void> {
  const temporary = unfinished(path);
  const file = await open(temporary, 'w', 0o600);
  try {
    try {
      await file.writeFile(content);
      await file.sync();
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
