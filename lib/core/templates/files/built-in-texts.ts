import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Where the sources have the built-in templates. */
const FOLDER = join(import.meta.dirname, '../builtin');

/**
 * What the files of the built-in templates hold, by their paths below `builtin`. The build puts a module of texts in the place
 * of this one: an application that was bundled into one file has no folder beside it.
 */
export const BUILT_IN_TEXTS: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(FOLDER, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map(path => [relative(FOLDER, path).split(sep).join('/'), readFileSync(path, 'utf8')]),
);
