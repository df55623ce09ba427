import * as fs from 'node:fs';
import { promisify } from 'node:util';
import type { AnySignal } from '../../concurrency/lazy-signal.js';
import { errnoOf, messageOf } from '../../errors/error-facts.js';
import type { DirectoryFlush } from './directory-flush.js';
import { close, open, rename, unlink } from './file-calls.js';
import { underPermissionModel } from './permission-model.js';
import { newPickupNames } from './pickup-directory.js';

const TICK_MS = 20;
const FLUSH_AT = 256 * 1024;

const write = promisify(fs.write);
const chmod = promisify(fs.fchmod);
const utimes = promisify(fs.futimes);
const utimesOfPath = promisify(fs.lutimes);
const sync = promisify(fs.fsync);
const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW = 0, O_SYNC = 0 } = fs.constants;

/**
 * What became of the file of a write that failed. `gone`: it was not there any more, as somebody has taken it or its directory
 * was moved with it.
 */
export type FileWhereabouts = 'removed' | 'stays' | 'gone';

/** A write failed after a reader could see the file, or left a file that could not be removed. The cause says why it failed. */
export class PickupFileRemainsError extends Error {
  override readonly name = 'PickupFileRemainsError';
  readonly file: string;
  /** Whether the file had its final name, so that a reader may have it. */
  readonly published: boolean;
  readonly whereabouts: FileWhereabouts;

  constructor(
    file: string,
    { published, whereabouts }: { published: boolean; whereabouts: FileWhereabouts },
    cause: unknown,
  ) {
    super(messageOf(cause), { cause });
    this.file = file;
    this.published = published;
    this.whereabouts = whereabouts;
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
  readonly signal?: AnySignal;
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
  const file = await create(temporary, options);
  let published = false;
  const publish = async (): Promise<void> => {
    signal?.throwIfAborted();
    await rename(temporary, finished);
    published = true;
  };
  try {
    await fill(file, temporary, content, options);
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
    const whereabouts = await removed(path);
    if (published || whereabouts !== 'removed')
      throw new PickupFileRemainsError(path, { published, whereabouts }, error);
    throw error;
  }
}

function isInMemory(content: PickupContent): content is readonly Buffer[] {
  return Array.isArray(content);
}

/**
 * Makes the file. Under the permission model it has its mode from the beginning, less the umask, and each write ends on the
 * disk, as neither can be asked for by descriptor later.
 */
function create(temporary: string, { mode, flush }: PickupFileOptions): Promise<number> {
  // O_EXCL and O_NOFOLLOW: a link or file that another user has put there is never written to.
  const flags = O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW;
  if (!underPermissionModel()) return open(temporary, flags, 0o600);
  return open(temporary, flush ? flags | O_SYNC : flags, mode);
}

async function removed(file: string): Promise<FileWhereabouts> {
  try {
    await unlink(file);
    return 'removed';
  } catch (error) {
    const code = errnoOf(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'gone' : 'stays';
  }
}

async function fill(
  file: number,
  temporary: string,
  content: PickupContent,
  { mode, signal }: PickupFileOptions,
): Promise<void> {
  await orClose(file, async () => {
    await (isInMemory(content)
      ? writeFully(file, Buffer.concat(content))
      : writePieces(file, content, signal));
    // Not through a link, which may have taken its place: it would be that link's own time.
    if (underPermissionModel()) return dateBack(then => utimesOfPath(temporary, then, then));
    // Both at once, and both awaited: the file must not be closed while either runs.
    const dated = dateBack(then => utimes(file, then, then));
    await chmod(file, mode).finally(() => dated);
  });
}

async function finish(file: number, durable: boolean): Promise<void> {
  if (durable && !underPermissionModel()) await orClose(file, () => sync(file));
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
async function dateBack(setTime: (then: number) => Promise<void>): Promise<void> {
  await setTime(Math.floor((Date.now() - TICK_MS) / 1000)).catch(() => undefined);
}

async function writePieces(
  file: number,
  content: AsyncIterable<Buffer>,
  signal: AnySignal | undefined,
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
