import { randomBytes } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { constants, copyFile, link, lstat, open, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { flushFile } from '../../core/delivery/pickup/flush-file.js';
import { errnoOf } from '../../core/errors/error-facts.js';
import { syncFolder } from './durable-file.js';

/** Longest file name in octets, on all file systems that matter. */
const LONGEST_NAME = 255;

/** What file systems answer that have no hard links. */
const NO_LINKS: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EINVAL',
]);

/**
 * Moves a file to a path, unless something is there: nothing is ever replaced. Between two file systems it is copied, and
 * the original is removed when the copy is on the disk.
 *
 * @returns false when the name is taken
 */
export async function moveTo(path: string, from: string): Promise<boolean> {
  try {
    await link(from, path);
  } catch (error) {
    const errno = errnoOf(error) ?? '';
    if (errno === 'EEXIST') return finishMove(path, from);
    if (errno === 'EXDEV') return copyTo(path, from);
    if (!NO_LINKS.has(errno)) throw error;
    return renameTo(path, from);
  }
  await unlink(from);
  return true;
}

/** Tells whether a file is still the same one with the same content: a rename changes none of this, a write does. */
export function fileIdentity({ ino, size, mtimeNs }: BigIntStats): string {
  return `${ino}:${size}:${mtimeNs}`;
}

/**
 * A file name of a stem and a suffix; characters are taken from the end of the stem when the name would be too long.
 */
export function fitName(stem: string, suffix: string): string {
  const room = LONGEST_NAME - Buffer.byteLength(suffix);
  let fitting = stem;
  while (Buffer.byteLength(fitting) > room) fitting = [...fitting].slice(0, -1).join('');
  return `${fitting}${suffix}`;
}

/** The name itself for the first attempt, after that a random one like it. */
export function similarName(name: string, attempt: number): string {
  if (attempt === 0) return name;
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  return fitName(stem, `.${randomBytes(4).toString('hex')}${extension}`);
}

/** Whether a name is one that {@link similarName} may have made of another. */
export function isSimilarName(name: string, of: string): boolean {
  const addition = /\.[0-9a-f]{8}(?=\.[^.]*$|$)/.exec(name);
  if (!addition) return false;
  const stem = name.slice(0, addition.index);
  const extension = name.slice(addition.index + addition[0].length);
  // A long stem was cut to make room.
  return of.startsWith(stem) && of.endsWith(extension);
}

/** Whether there is anything under this path. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Ends a move that a process began which died when the file had both names. */
async function finishMove(path: string, from: string): Promise<boolean> {
  if (!(await isSameFile(path, from))) return false;
  await unlink(from);
  return true;
}

/**
 * Whether a path is another name of a file. A name that somebody has taken away meanwhile is none.
 *
 * @throws the error of the file system when the file itself is gone
 */
export async function isSameFile(path: string, file: string): Promise<boolean> {
  const there = await lstat(path, { bigint: true }).catch((error: unknown) =>
    errnoOf(error) === 'ENOENT' ? undefined : Promise.reject(error),
  );
  const { ino, dev } = await lstat(file, { bigint: true });
  return there?.ino === ino && there.dev === dev;
}

/** Without hard links something may still come to the path between the check and the rename, and be replaced. */
async function renameTo(path: string, from: string): Promise<boolean> {
  if (await exists(path)) return false;
  await rename(from, path);
  return true;
}

async function copyTo(path: string, from: string): Promise<boolean> {
  if (await exists(path)) return false;
  const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}.copy`);
  try {
    await copyFile(from, temporary, constants.COPYFILE_EXCL);
    const file = await open(temporary, 'r+');
    try {
      await flushFile(file);
    } finally {
      await file.close();
    }
    if (!(await moveTo(path, temporary))) return false;
    await syncFolder(dirname(path));
  } finally {
    await rm(temporary, { force: true }).catch(() => {});
  }
  await rm(from);
  return true;
}
