import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../core/errors/error-facts.js';
import { isSimilarName } from './move-file.js';

/**
 * Finds the other name of a file of which a move was begun and not ended: a move gives a file its new name before it takes the old
 * one away, so that nothing is replaced.
 *
 * @param folder where it was moved to
 * @param name its name, which a move may have made another one by a random addition
 * @param identity number and device of the file
 * @returns undefined when it has no such name there
 */
export async function secondName(
  folder: string,
  name: string,
  { ino, dev }: { ino: bigint; dev: bigint },
): Promise<string | undefined> {
  try {
    for await (const entry of await opendir(folder)) {
      if (entry.name !== name && !isSimilarName(entry.name, name)) continue;
      const stats = await lstat(join(folder, entry.name), { bigint: true }).catch(() => undefined);
      if (stats?.ino === ino && stats.dev === dev) return entry.name;
    }
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  return undefined;
}
