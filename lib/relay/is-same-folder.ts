import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';

/** Whether two paths lead to one folder; false when there is none. */
export async function isSameFolder(path: string, other: string): Promise<boolean> {
  if (resolve(path) === resolve(other)) return true;
  try {
    const [one, two] = await Promise.all([stat(path), stat(other)]);
    return one.ino === two.ino && one.dev === two.dev;
  } catch {
    return false;
  }
}
