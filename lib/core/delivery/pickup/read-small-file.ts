import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { errnoOf } from '../../errors/error-facts.js';

// O_NONBLOCK: a pipe without a writer would hold up one of the few threads that work on files, for ever.
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants;

/** What systems answer where no plain file has that name: nothing, a symbolic link, a socket, a device without a driver. */
const NO_PLAIN_FILE: ReadonlySet<string> = new Set([
  'ENOENT',
  'ELOOP',
  'EMLINK',
  'EFTYPE',
  'ENXIO',
  'ENODEV',
]);

/** Which files {@link readSmallFile} reads. */
export interface SmallFileOptions {
  /** Octets; of a larger file nothing is read. */
  readonly largest: number;
  /** Whether files of this account count. Not asked on Windows, which has no such numbers. @default every account's */
  mayOwn?(uid: number): boolean;
}

/**
 * Reads a small file in a folder that others may write to. Ends soon whatever has the name: a symbolic link is not followed,
 * and a pipe, a device or a file that is too large is not read.
 *
 * @returns its text; undefined when there is no plain file of that name, or none of a size and an owner that count
 * @throws the error of the system when the file cannot be read
 */
export async function readSmallFile(path: string, options: SmallFileOptions): Promise<string | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  } catch (error) {
    if (NO_PLAIN_FILE.has(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
  try {
    return await textOf(file, options);
  } finally {
    await file.close();
  }
}

async function textOf(file: FileHandle, { largest, mayOwn }: SmallFileOptions): Promise<string | undefined> {
  const stats = await file.stat();
  if (!stats.isFile() || stats.size > largest) return undefined;
  if (process.platform !== 'win32' && mayOwn && !mayOwn(stats.uid)) return undefined;
  // One octet more than it should hold shows that it has ended; it may grow while it is read, and some file systems
  // call the size of every file 0.
  let bytes = Buffer.allocUnsafe(stats.size + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
    if (bytesRead === 0) return bytes.toString('utf8', 0, length);
    length += bytesRead;
    if (length > largest) return undefined;
    if (length === bytes.length)
      bytes = Buffer.concat([bytes], Math.min(Math.max(2 * length, 4096), largest + 1));
  }
}
