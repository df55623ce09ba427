import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, rename, unlink } from 'node:fs/promises';
import { messageOf } from '../../errors/error-facts.js';
import { newPickupNames, syncDirectory } from './pickup-directory.js';

const FLUSH_AT = 256 * 1024;

/** A file was published, then flushing its directory failed, and it could not be taken back: a reader may have it. */
export class PickupFileTakenError extends Error {
  override readonly name = 'PickupFileTakenError';
  readonly file: string;

  constructor(file: string, cause: unknown) {
    super(messageOf(cause), { cause });
    this.file = file;
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
  try {
    try {
      await writeAll(handle, content, options.signal);
      await handle.chmod(options.mode);
      if (options.fsync) await handle.sync();
    } finally {
      await handle.close();
    }
    options.signal?.throwIfAborted();
    await rename(temporary, finished);
    published = true;
    if (options.fsync) await syncDirectory(options.directory);
    return finished;
  } catch (error) {
    if (!published) await unlink(temporary).catch(() => undefined);
    else await unlink(finished).catch(() => Promise.reject(new PickupFileTakenError(finished, error)));
    throw error;
  }
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
