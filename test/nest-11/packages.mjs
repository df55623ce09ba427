import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the packages of Nest 11 lie. */
export const FOLDER = join(import.meta.dirname, 'node_modules');

/** Names of the packages that are of Nest 11 in these tests. */
export const PACKAGES = Object.keys(
  JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8')).dependencies,
);
