import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The top folder of the repository. */
export const repository = resolve(import.meta.dirname, '..', '..');

const require = createRequire(join(repository, 'package.json'));

/**
 * Imports a package as the built package itself finds it, and not the copy that the peers use.
 *
 * @param {string} name name of the package
 * @returns {Promise<Record<string, unknown>>} its exports
 */
export async function importFromRoot(name) {
  return import(pathToFileURL(require.resolve(name)).href);
}

/**
 * Imports a file of the built package.
 *
 * @param {string} file below `dist`
 * @returns {Promise<Record<string, unknown>>} its exports
 */
export async function importBuilt(file) {
  return import(pathToFileURL(join(repository, 'dist', file)).href);
}
