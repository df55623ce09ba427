import type { FileHandle } from 'node:fs/promises';
import { open, rm } from 'node:fs/promises';
import { flushFile } from '../../core/delivery/pickup/flush-file.js';
import { errnoOf } from '../../core/errors/error-facts.js';

/**
 * Writes a file that must not exist yet, and flushes it. One that cannot be written is not left behind, unless the process is
 * killed meanwhile.
 *
 * @param mode rights of the file
 * @returns false when there is something of that name, also when it came a moment ago
 */
export async function writeNew(path: string, text: string, mode: number): Promise<boolean> {
  let file: FileHandle;
  try {
    file = await open(path, 'wx', mode);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    try {
      await file.writeFile(text);
      await flushFile(file);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    await rm(path, { force: true }).catch(() => {});
    throw error;
  }
}
