import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { flushFile } from '../../core/delivery/pickup/flush-file.js';
import { openDirectory, syncDirectory } from '../../core/delivery/pickup/pickup-directory.js';
import type { QuickFiles } from './quick-files.js';

/** How a file is written. */
export interface DurableWriting {
  /** Rights of the file. @default 0o600 */
  readonly mode?: number;
  /** What gives it its name. @default the system, on another thread */
  readonly files?: Pick<QuickFiles, 'rename'>;
}

/** The end of the name of a file while it is being written; a process that is killed may leave it behind. */
export const UNFINISHED = '.new';

/**
 * Writes or replaces a small file so that after a crash it holds either what it held before or what it is to hold. It is
 * written under a name that nobody knows beforehand, so nothing that is there is written through.
 */
export async function writeDurably(
  path: string,
  content: string,
  { mode = 0o600, files = { rename } }: DurableWriting = {},
): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(12).toString('hex')}${UNFINISHED}`);
  const file = await open(temporary, 'wx', mode);
  try {
    try {
      await file.writeFile(content);
      await flushFile(file);
    } finally {
      await file.close();
    }
    await files.rename(temporary, path);
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
