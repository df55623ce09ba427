import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, rename, unlink } from 'node:fs/promises';
import { errnoOf, messageOf } from '../../errors/error-facts.js';
import { newPickupNames, openDirectory, syncDirectory } from './pickup-directory.js';

const TICK_MS = 20;
const FLUSH_AT = 256 * 1024;

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

/** How a pickup file is written. */
export interface PickupFileOptions {
  readonly directory: string;
  /** POSIX mode of the finished file, whatever the umask. */
  readonly mode: number;
  /** Whether the file is on the disk before it is reported. */
  readonly fsync: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Writes one file under a temporary name, makes it durable and publishes it by one rename, so that no reader ever sees
 * half of it. Whatever fails, neither the file nor the temporary file stays.
 *
 * @param content the bytes, in pieces
 * @returns the path of the finished file
 */
export async function writePickupFile(
  content: AsyncIterable<Buffer> | Iterable<Buffer>,
  options: PickupFileOptions,
): Promise<string> {
  const { temporary, finished } = newPickupNames(options.directory);
  options.signal?.throwIfAborted();
  // O_EXCL and O_NOFOLLOW: a name that somebody put there, link or file, is never written to.
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);
  const handle = await open(temporary, flags, 0o600);
  let published = false;
  let directory: FileHandle | undefined;
  try {
    await writeAndClose(handle, content, options);
    // Opened before the file is published: until then a failure can be undone without anybody having seen the file.
    if (options.fsync) directory = await openDirectory(options.directory);
    options.signal?.throwIfAborted();
    await rename(temporary, finished);
    published = true;
    if (directory) await syncDirectory(directory);
    return finished;
  } catch (error) {
    const file = published ? finished : temporary;
    const stays = !(await isRemoved(file));
    if (published || stays) throw new PickupFileRemainsError(file, { published, stays }, error);
    throw error;
  } finally {
    // What was flushed is durable, whatever closing says.
    await directory?.close().catch(() => undefined);
  }
}

async function isRemoved(file: string): Promise<boolean> {
  try {
    await unlink(file);
    return true;
  } catch (error) {
    return errnoOf(error) === 'ENOENT';
  }
}

async function writeAndClose(
  handle: FileHandle,
  content: AsyncIterable<Buffer> | Iterable<Buffer>,
  { mode, fsync, signal }: PickupFileOptions,
): Promise<void> {
  try {
    await writeAll(handle, content, signal);
    await dateBack(handle);
    await handle.chmod(mode);
    if (fsync) await handle.sync();
  } catch (error) {
    // The first failure is the one to report.
    await handle.close().catch(() => undefined);
    throw error;
  }
  await handle.close();
}

/**
 * Gives the content a time in whole seconds, older than the rename by more than a tick of any file system's clock: so a
 * reader can tell a file that was published from one that is being written in its place. A file system that refuses only
 * costs the reader some patience.
 */
async function dateBack(handle: FileHandle): Promise<void> {
  const then = Math.floor((Date.now() - TICK_MS) / 1000);
  await handle.utimes(then, then).catch(() => undefined);
}

async function writeAll(
  handle: FileHandle,
  content: AsyncIterable<Buffer> | Iterable<Buffer>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let waiting: Buffer[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    signal?.throwIfAborted();
    if (size > 0)
      await writeFully(
        handle,
        waiting.length === 1 && waiting[0] ? waiting[0] : Buffer.concat(waiting, size),
      );
    waiting = [];
    size = 0;
  };
  for await (const piece of content) {
    // A large piece is written as it is: joined with what waits, it would be in memory twice.
    if (piece.length >= FLUSH_AT) await flush();
    waiting.push(piece);
    size += piece.length;
    if (size >= FLUSH_AT) await flush();
  }
  await flush();
}

async function writeFully(handle: FileHandle, bytes: Buffer): Promise<void> {
  let written = 0;
  while (written < bytes.length) written += (await handle.write(bytes, written)).bytesWritten;
}
