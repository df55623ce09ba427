import * as fs from 'node:fs';
import { promisify } from 'node:util';
import { errnoOf, messageOf } from '../../errors/error-facts.js';
import type { DirectoryFlush } from './directory-flush.js';
import { newPickupNames } from './pickup-directory.js';

const TICK_MS = 20;
const FLUSH_AT = 256 * 1024;

// Plain descriptors: an object for each file costs as much as the calls themselves.
const open = promisify(fs.open);
const write = promisify(fs.write);
const chmod = promisify(fs.fchmod);
const utimes = promisify(fs.futimes);
const sync = promisify(fs.fsync);
const close = promisify(fs.close);
const rename = promisify(fs.rename);
const unlink = promisify(fs.unlink);
const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW = 0 } = fs.constants;

/** A write failed after a reader could see the file, or left a file that could not be removed. The cause says why it failed. */
export class PickupFileRemainsError extends Error {
  override readonly name = 'PickupFileRemainsError';
  readonly file: string;
  /** Whether the file had its final name, so that a reader may have it. */
  readonly published: boolean;
  /** Whether the file is still there. */
  readonly stays: boolean;

  constructor(file: string, state: { published: boolean; stays: boolean }, cause: unknown) {
    super(messageOf(cause), { cause });
    this.file = file;
    this.published = state.published;
    this.stays = state.stays;
  }
}

/** The bytes of a file: in memory, or read while they are written. */
export type PickupContent = readonly Buffer[] | AsyncIterable<Buffer>;

/** How a pickup file is written. */
export interface PickupFileOptions {
  readonly directory: string;
  /** POSIX mode of the finished file, whatever the umask. */
  readonly mode: number;
  /** Makes the file's name durable; without it the file is not on the disk when it is reported. */
  readonly flush?: DirectoryFlush;
  readonly signal?: AbortSignal;
}

/**
 * Writes one file under a temporary name, makes it durable and publishes it by one rename, so that no reader ever sees
 * half of it. Whatever fails, neither the file nor the temporary file stays.
 *
 * @returns the path of the finished file
 */
export async function writePickupFile(content: PickupContent, options: PickupFileOptions): Promise<string> {
  const { directory, flush, signal } = options;
  const { temporary, finished } = newPickupNames(directory);
  signal?.throwIfAborted();
  // O_EXCL and O_NOFOLLOW: a link or file that another user has put there is never written to.
  const file = await open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o600);
  let published = false;
  const publish = async (): Promise<void> => {
    signal?.throwIfAborted();
    await rename(temporary, finished);
    published = true;
  };
  try {
    await fill(file, content, options);
    // Other writers wait for the flush that this file joins, so only a small one may be finished within it.
    if (flush && isInMemory(content))
      await flush.cover({ prepare: () => finish(file, true), change: publish });
    else {
      await finish(file, flush !== undefined);
      await (flush ? flush.cover({ change: publish }) : publish());
    }
    return finished;
  } catch (error) {
    const path = published ? finished : temporary;
    const stays = !(await isRemoved(path));
    if (published || stays) throw new PickupFileRemainsError(path, { published, stays }, error);
    throw error;
  }
}

function isInMemory(content: PickupContent): content is readonly Buffer[] {
  return Array.isArray(content);
}

async function isRemoved(file: string): Promise<boolean> {
  try {
    await unlink(file);
    return true;
  } catch (error) {
    return errnoOf(error) === 'ENOENT';
  }
}

async function fill(
  file: number,
  content: PickupContent,
  { mode, signal }: PickupFileOptions,
): Promise<void> {
  await orClose(file, async () => {
    await (isInMemory(content)
      ? writeFully(file, Buffer.concat(content))
      : writePieces(file, content, signal));
    // Both at once, and both awaited: the file must not be closed while either runs.
    const dated = dateBack(file);
    await chmod(file, mode).finally(() => dated);
  });
}

async function finish(file: number, durable: boolean): Promise<void> {
  if (durable) await orClose(file, () => sync(file));
  await close(file);
}

/** Closes the file when the work on it fails, and rejects with that first failure. */
async function orClose(file: number, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await close(file).catch(() => undefined);
    throw error;
  }
}

/**
 * Gives the content a time in whole seconds, older than the rename by more than a tick of any file system's clock: so a
 * reader can tell a published file from one that is being written under its final name. Where a file system refuses, the
 * reader only waits longer.
 */
async function dateBack(file: number): Promise<void> {
  const then = Math.floor((Date.now() - TICK_MS) / 1000);
  await utimes(file, then, then).catch(() => undefined);
}

async function writePieces(
  file: number,
  content: AsyncIterable<Buffer>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let unwritten: Buffer[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    signal?.throwIfAborted();
    if (size > 0)
      await writeFully(
        file,
        unwritten.length === 1 && unwritten[0] ? unwritten[0] : Buffer.concat(unwritten, size),
      );
    unwritten = [];
    size = 0;
  };
  for await (const piece of content) {
    // A large piece is written by itself: joined with what is not written yet, it would be in memory twice.
    if (piece.length >= FLUSH_AT) await flush();
    unwritten.push(piece);
    size += piece.length;
    if (size >= FLUSH_AT) await flush();
  }
  await flush();
}

async function writeFully(file: number, bytes: Buffer): Promise<void> {
  let written = 0;
  while (written < bytes.length)
    written += (await write(file, bytes, written, bytes.length - written)).bytesWritten;
}
