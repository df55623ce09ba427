import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { access, lstat, open, opendir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../errors/error-facts.js';
import { errnoName } from './errno-name.js';
import { flushFile } from './flush-file.js';
import { permissionProblem } from './permission-model.js';

/** Prefix and suffix of a file that is being written: hidden, and neither `.eml` nor `.tmp`. */
const TEMPORARY = /^\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.mailroom$/;
const ONE_DAY_MS = 86_400_000;

/** The two names of a pickup file: while it is written, and when it is finished. */
export function newPickupNames(directory: string): { temporary: string; finished: string } {
  const id = randomUUID();
  return { temporary: join(directory, `.${id}.mailroom`), finished: join(directory, `${id}.eml`) };
}

/**
 * Says in a sentence why a folder cannot be a pickup directory.
 *
 * @param users who works in it, in words
 * @returns undefined when mails can be written there
 */
export async function pickupDirectoryProblem(
  directory: string,
  users = 'the application and the local SMTP server',
): Promise<string | undefined> {
  if (process.platform !== 'win32' && (/^[a-z]:[/\\]/i.test(directory) || directory.includes('\\'))) {
    return `${directory} is a Windows path, and this system is ${process.platform}`;
  }
  const kept = permissionProblem(directory);
  if (kept !== undefined) return kept;
  try {
    if (!(await stat(directory)).isDirectory()) return `${directory} is not a directory`;
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const code = errnoName(error);
    if (code === 'ENOENT')
      return `${directory} does not exist; create it with the access rights that ${users} need`;
    if (code === 'ENOTDIR') return `${directory} is not a directory: a part of the path is a file`;
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
      return `${directory} cannot be written by this process (${code})`;
    return `${directory} cannot be used (${code ?? String(error)})`;
  }
}

/** What file systems answer that cannot flush a directory; there is nothing more to do then. */
const CANNOT_SYNC: ReadonlySet<string> = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EISDIR']);

// Without O_DIRECTORY the system would wait for somebody who writes when a pipe has the name by now.
const { O_RDONLY, O_DIRECTORY = 0 } = constants;

/** Opens a directory to flush it later; undefined where the system has no way to do that. */
export async function openDirectory(directory: string): Promise<FileHandle | undefined> {
  return process.platform === 'win32' ? undefined : open(directory, O_RDONLY | O_DIRECTORY);
}

/** Makes the names in a directory durable, where its file system can. */
export async function syncDirectory(directory: FileHandle): Promise<void> {
  try {
    await flushFile(directory);
  } catch (error) {
    if (!CANNOT_SYNC.has(errnoOf(error) ?? '')) throw error;
  }
}

/**
 * Removes temporary files that are older than a day: a process that ended while it wrote has left them. Never touches
 * finished mails, and never fails: files of other accounts stay, and another process may remove the same files.
 */
export async function sweepTemporaryFiles(directory: string, now = Date.now()): Promise<string[]> {
  const removed: string[] = [];
  try {
    for await (const { name } of await opendir(directory, { bufferSize: 512 }))
      if (TEMPORARY.test(name) && (await isSwept(join(directory, name), now)))
        removed.push(join(directory, name));
  } catch {
    // What cannot be listed is not swept.
  }
  return removed;
}

async function isSwept(path: string, now: number): Promise<boolean> {
  try {
    const stats = await lstat(path);
    if (!stats.isFile() || now - stats.mtimeMs < ONE_DAY_MS) return false;
    await unlink(path);
    return true;
  } catch {
    return false;
  }
}
