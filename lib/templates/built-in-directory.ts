import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Beside this file in the sources, in a folder of their own beside the one file that the build makes of many. */
const PLACES = ['builtin', 'templates/builtin'].map(path => join(import.meta.dirname, path));

/** Where the built-in templates are. */
export const BUILT_IN_DIRECTORY =
  // Never a path below the working directory: what lies there is not ours.
  PLACES.find(path => existsSync(path)) ?? join(import.meta.dirname, 'builtin');
