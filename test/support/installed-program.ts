import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where daemons are, which the search path of an ordinary account leaves out. */
const FURTHER = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/**
 * Finds a program of the system.
 *
 * @param further folders that are searched first
 * @throws Error with these words when there is none
 */
export function findProgram(name: string, howToInstall: string, further: readonly string[] = []): string {
  const folders = [...further, ...(process.env['PATH'] ?? '').split(delimiter), ...FURTHER];
  const found = folders.map(folder => join(folder, name)).find(isExecutable);
  if (found === undefined) throw new Error(`There is no program ${name}. ${howToInstall}`);
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
