import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder, writeUnfinished } from './durable-file.js';
import { moveTo } from './move-file.js';

/**
 * Writes a file that must not exist yet, whole or not at all.
 *
 * @param mode rights of the file
 * @returns false when there is something of that name, also when it came a moment ago
 */
export async function writeNew(path: string, text: string, mode: number): Promise<boolean> {
  const prepared = await writeUnfinished(dirname(path), text, mode);
  try {
    const isNew = await moveTo(path, prepared);
    if (isNew) await syncFolder(dirname(path));
    return isNew;
  } finally {
    await rm(prepared, { force: true }).catch(() => {});
  }
}
