import { resolve } from 'node:path';

/** A path as the user gave it, from the folder where the command was called; an empty one, as of an unset variable, stays empty. */
export function pathFrom(cwd: string, path: string): string {
  return path.trim() === '' ? path : resolve(cwd, path);
}
