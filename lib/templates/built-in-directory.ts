import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Beside this file in the sources, in a folder of their own beside the one file that the build makes of many. */
const BUILT_IN_DIRECTORIES = ['builtin', 'templates/builtin'].map(path => join(import.meta.dirname, path));
/** Where the templates of the package are. */
export const BUILT_IN_DIRECTORY =
  // Never a path below the working directory: what lies there is not ours.
  BUILT_IN_DIRECTORIES.find(path => existsSync(path)) ?? join(import.meta.dirname, 'builtin');
