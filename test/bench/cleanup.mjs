import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const children = new Set();
const folders = new Set();

/**
 * A child that does not outlive the benchmark.
 *
 * @template {import('node:child_process').ChildProcess} T
 * @param {T} child the child
 * @returns {T} the same
 */
export function heldChild(child) {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/**
 * A folder that is removed at the end, whatever the end is.
 *
 * @param {string} [parent] where; the system's temporary folder unless given
 * @returns {string} its path
 */
export function temporaryFolder(parent = tmpdir()) {
  const folder = mkdtempSync(join(parent, 'nest-mailroom-bench-'));
  folders.add(folder);
  return folder;
}

/**
 * Removes a folder before the end.
 *
 * @param {string} folder its path
 */
export function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  folders.delete(folder);
}

/** Sees to it that neither Ctrl-C nor an error leaves processes or folders behind. */
export function cleanUpAtExit() {
  process.on('exit', () => {
    for (const child of children) child.kill('SIGKILL');
    for (const folder of folders) {
      try {
        removeFolder(folder);
      } catch {
        // One folder that cannot be removed must not keep the others.
      }
    }
  });
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ])
    process.once(signal, () => {
      process.stderr.write(`\nEnded by ${signal}; nothing was written.\n`);
      process.exit(128 + number);
    });
}
