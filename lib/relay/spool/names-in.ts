import { readdir } from 'node:fs/promises';
import { errnoOf } from '../../core/errors/error-facts.js';

/**
 * The names in a folder; none where there is no folder, as before a relay has worked there.
 *
 * @throws the error of the system when the folder cannot be read
 */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
