import { randomBytes } from 'node:crypto';
import { copyFile, lstat, open, rename, rm } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { syncFolder } from './durable-file.js';
import { errnoOf } from '../../errors/error-facts.js';

const LONGEST_STEM = 180;

/**
 * Moves a file into a folder under its own name, or under one like it when that is taken: nothing is ever replaced.
 * Between two file systems it is copied, and the original goes when the copy is on the disk.
 *
 * @returns the path of the moved file
 */
export async function moveInto(folder: string, name: string, from: string): Promise<string> {
  const to = join(folder, await freeName(folder, name));
  try {
    await rename(from, to);
  } catch (error) {
    if (errnoOf(error) !== 'EXDEV') throw error;
    await copyOver(from, to);
  }
  return to;
}

/** The name itself, or one like it when the folder has something of that name. */
export async function freeName(folder: string, name: string): Promise<string> {
  if (!(await exists(join(folder, name)))) return name;
  const { name: stem, ext } = parse(name);
  return `${stem.slice(0, LONGEST_STEM)}.${randomBytes(4).toString('hex')}${ext}`;
}

/** Whether there is anything under this path. */
async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

async function copyOver(from: string, to: string): Promise<void> {
  const temporary = `${to}.copy`;
  try {
    await copyFile(from, temporary);
    const file = await open(temporary, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, to);
    await syncFolder(dirname(to));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await rm(from);
}
