import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { errnoOf } from '../../core/errors/error-facts.js';

/** The bits of a mode that let the group or everybody write. */
const OTHERS_WRITE = 0o022;

/** Whether files of an account may be trusted like this process's own: its own account, and root, which may do anything. */
export function isTrustedOwner(uid: number): boolean {
  const own = process.geteuid?.();
  return own === undefined || uid === own || uid === 0;
}

/**
 * Says why a folder cannot hold what only this account may change: the rest of a sentence that begins with its path.
 *
 * @returns undefined when it can
 */
export function folderProblem(
  folder: Pick<Stats, 'uid' | 'mode'> & { isDirectory(): boolean; isSymbolicLink(): boolean },
): string | undefined {
  if (folder.isSymbolicLink()) return 'is a symbolic link, which is never followed; remove it';
  if (!folder.isDirectory()) return 'is no directory; remove it';
  // Windows has neither owners by number nor these bits; its access lists are the administrator's decision.
  if (process.platform === 'win32') return undefined;
  if (!isTrustedOwner(folder.uid))
    return `belongs to another account (uid ${folder.uid}), which could put anything into it; remove it or give it to the account of the relay (uid ${process.geteuid?.()})`;
  if ((folder.mode & OTHERS_WRITE) !== 0)
    return `may be written to by other accounts (mode ${(folder.mode & 0o7777).toString(8).padStart(4, '0')}); look at what is in it, then take that right away (chmod 700)`;
  return undefined;
}

/** Says why what stands under a path cannot be a folder of this account alone; undefined when it can, or nothing is there. */
export function ownFolderProblem(path: string): Promise<string | undefined> {
  return problemAt(path, folderProblem);
}

/** Says why what stands under a path cannot be a plain file of this account; undefined when it can, or nothing is there. */
export function ownFileProblem(path: string): Promise<string | undefined> {
  return problemAt(path, fileProblem);
}

async function problemAt(
  path: string,
  problemOf: (stats: Stats) => string | undefined,
): Promise<string | undefined> {
  try {
    const problem = problemOf(await lstat(path));
    return problem === undefined ? undefined : `${path} ${problem}`;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined;
    return `${path} cannot be looked at (${errno ?? String(error)})`;
  }
}

function fileProblem(file: Stats): string | undefined {
  if (!file.isFile()) return 'is no plain file and does not count; remove it';
  if (process.platform === 'win32' || isTrustedOwner(file.uid)) return undefined;
  return `belongs to another account (uid ${file.uid}) and does not count; remove it`;
}
