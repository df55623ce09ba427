import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** In a folder of the sources beside this one, or in a folder of the package beside the files that the build makes. */
const PLACES = ['../builtin', 'templates/builtin'].map(path => join(import.meta.dirname, path));

/** Where the built-in templates are. */
export const BUILT_IN_DIRECTORY =
  // Never a path below the working directory: what lies there is not ours.
  PLACES.find(path => existsSync(path)) ?? join(import.meta.dirname, 'templates/builtin');
