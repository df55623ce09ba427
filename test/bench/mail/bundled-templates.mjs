import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { heldChild } from '../cleanup.mjs';
import { repository } from '../root-packages.mjs';

/**
 * The templates of a directory as a module, as the command writes it.
 *
 * @param {string} directory where they are
 * @param {string} folder where the module goes
 * @returns {Promise<string>} its path
 */
export async function bundleTemplates(directory, folder) {
  const file = join(folder, 'mail-templates.mjs');
  const command = join(repository, 'dist', 'cli', 'main.js');
  const args = [command, 'templates', 'bundle', directory, '-o', file];
  const child = heldChild(spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 2] }));
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`The templates could not be bundled (${code}).`);
  return file;
}
