import { stat } from 'node:fs/promises';
import { pickupDirectoryProblem } from '../../core/delivery/pickup/pickup-directory.js';

const OTHERS_MAY_WRITE = 0o002;

/**
 * Says why a folder cannot hold the bytes of large mails, in words that complete "claimCheck.directory: …".
 *
 * @returns undefined when it can
 */
export function directoryProblem(directory: string): Promise<string | undefined> {
  return pickupDirectoryProblem(directory, 'those who send and the workers');
}

/** Sentences for the log at start about the rights of the folder. */
export async function directoryWarnings(directory: string): Promise<string[]> {
  if (process.platform === 'win32') return [];
  const { mode } = await stat(directory);
  if ((mode & OTHERS_MAY_WRITE) === 0) return [];
  return [
    `Everybody on this machine may write to ${directory} (claimCheck.directory), and so replace or remove the bytes of large mails; take that right away (chmod o-w)`,
  ];
}
