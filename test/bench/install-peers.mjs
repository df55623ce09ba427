import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { heldChild } from './cleanup.mjs';
import { tell } from './progress.mjs';

const DIRECTORY = import.meta.dirname;

/** Installs what the package is compared with, when that is missing or older than the lock file. */
export async function installPeers() {
  const [lock, installed] = await Promise.all([
    changed(join(DIRECTORY, 'package-lock.json')),
    changed(join(DIRECTORY, 'node_modules', '.package-lock.json')),
  ]);
  if (installed >= lock) return;
  tell(
    `Installing the peers in test/bench (npm ci): ${installed === 0 ? 'missing' : 'older than the lock file'} …`,
  );
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const child = heldChild(
    // What npm prints is no part of the table.
    spawn(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: DIRECTORY,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    }),
  );
  const [code, signal] = await once(child, 'exit');
  if (code !== 0) throw new Error(`npm ci in test/bench failed (${signal ?? `exit code ${code}`}).`);
}

async function changed(file) {
  try {
    return (await stat(file)).mtimeMs;
  } catch {
    return 0;
  }
}
