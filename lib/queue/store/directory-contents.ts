import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { lstat, open, opendir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { untilAborted } from '../../core/concurrency/until-aborted.js';
import { errnoName } from '../../core/delivery/pickup/errno-name.js';
import { flushFile } from '../../core/delivery/pickup/flush-file.js';
import {
  newPickupNames,
  openDirectory,
  sweepTemporaryFiles,
  syncDirectory,
} from '../../core/delivery/pickup/pickup-directory.js';
import { writeAdvice } from '../../core/delivery/pickup/write-failure.js';
import { errnoOf, messageOf } from '../../core/errors/error-facts.js';
import { plainCause } from '../../core/errors/plain-cause.js';
import { ContentStore } from './content-store.js';
import { StoreUnavailableError } from './store-unavailable-error.js';

const SUFFIX = '.mail';
/** As `contentName` makes them: nothing else becomes the name of a file. */
const NAME = /^m[\w-]{43,100}$/;
/** Lies in every folder that was written to: without it the folder is another one, such as the empty one below a share. */
const MARK = '.nest-mailroom-queue';
const MARK_WORDS =
  'The large mails of a queue of nest-mailroom lie in this folder. Whoever removes them loses mails.\n';
const PIECE = 1024 * 1024;
/** Octets of the largest file that is read; a queue takes no larger mail. */
const LARGEST = 512 * 1024 * 1024;
const MODE = 0o600;
const ADVICE_TO_READ =
  'this process may not read there; let those who send and the workers run under one account, which the folder belongs to';
const { O_CREAT, O_EXCL, O_RDONLY, O_WRONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/** Keeps the bytes of large mails in a folder that all who send and all who deliver can reach. */
export class DirectoryContents extends ContentStore {
  readonly #directory: string;

  /** @param directory an absolute path */
  constructor(directory: string) {
    super();
    this.#directory = directory;
  }

  override async write(name: string, bytes: Buffer, signal?: AbortSignal): Promise<void> {
    const finished = this.#pathOf(name);
    await this.#within('write', signal, async () => {
      signal?.throwIfAborted();
      await this.#leaveMark();
      await this.#publish(finished, bytes, signal);
    });
  }

  override async read(name: string, signal?: AbortSignal): Promise<Buffer | undefined> {
    const path = this.#pathOf(name);
    return this.#within('read', signal, async () => {
      signal?.throwIfAborted();
      try {
        return await readIfThere(path, signal);
      } catch (error) {
        if (errnoOf(error) !== 'ENOENT') throw error;
        // Where the share is not mounted, all mails would seem to be lost.
        if (!(await this.#hasMark())) throw error;
      }
      // It may have come back between the two looks.
      return await readIfThere(path, signal).catch((error: unknown) => {
        if (errnoOf(error) !== 'ENOENT') throw error;
        return undefined;
      });
    });
  }

  override async remove(name: string): Promise<void> {
    const path = this.#pathOf(name);
    await this.#within('remove', undefined, async () => {
      await unlink(path).catch((error: unknown) => {
        if (errnoOf(error) !== 'ENOENT') throw error;
      });
    });
  }

  /** Removes also what writers have left unfinished that were killed. */
  override async *olderThan(ageMs: number): AsyncGenerator<string> {
    const before = Date.now() - ageMs;
    await sweepTemporaryFiles(this.#directory);
    try {
      for await (const { name } of await opendir(this.#directory, { bufferSize: 512 })) {
        const content = name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : '';
        if (NAME.test(content) && (await isOlder(join(this.#directory, name), before))) yield content;
      }
    } catch (error) {
      throw this.#failed('list', error);
    }
  }

  #pathOf(name: string): string {
    if (!NAME.test(name)) throw new TypeError('A content of the queue has a name of another kind.');
    return join(this.#directory, `${name}${SUFFIX}`);
  }

  async #publish(finished: string, bytes: Buffer, signal: AbortSignal | undefined): Promise<void> {
    const { temporary } = newPickupNames(this.#directory);
    try {
      await writeNew(temporary, bytes, signal);
      signal?.throwIfAborted();
      await rename(temporary, finished);
    } catch (error) {
      await unlink(temporary).catch(() => {});
      throw error;
    }
    try {
      const folder = await openDirectory(this.#directory);
      if (folder) await syncDirectory(folder).finally(() => folder.close());
      // A store that is too late must not leave what nobody refers to.
      signal?.throwIfAborted();
    } catch (error) {
      await unlink(finished).catch(() => {});
      throw error;
    }
  }

  async #hasMark(): Promise<boolean> {
    return stat(join(this.#directory, MARK)).then(
      () => true,
      () => false,
    );
  }

  async #leaveMark(): Promise<void> {
    if (await this.#hasMark()) return;
    const { temporary } = newPickupNames(this.#directory);
    await writeNew(temporary, Buffer.from(MARK_WORDS), undefined);
    // Two processes may do that at once; both marks are the same.
    await rename(temporary, join(this.#directory, MARK)).catch(async (error: unknown) => {
      await unlink(temporary).catch(() => {});
      throw error;
    });
  }

  /** A share that hangs keeps nobody waiting beyond the signal; what was begun is given up by itself then. */
  async #within<T>(doing: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await (signal ? untilAborted(work(), signal) : work());
    } catch (error) {
      if (signal?.aborted) throw this.#unavailable(`did not answer in time (${doing})`, error);
      throw this.#failed(doing, error);
    }
  }

  #failed(doing: string, error: unknown): StoreUnavailableError {
    const errno = errnoName(error);
    return this.#unavailable(
      `cannot be used (${errno ?? messageOf(error)}): ${adviceOf(errno, doing)}`,
      error,
    );
  }

  #unavailable(what: string, error: unknown): StoreUnavailableError {
    return new StoreUnavailableError(
      `the folder for large mails ${this.#directory} (option claimCheck.directory) ${what}`,
      { maybeWritten: false, cause: plainCause(error) },
    );
  }
}

function adviceOf(errno: string | undefined, doing: string): string {
  if (doing === 'read' && (errno === 'EACCES' || errno === 'EPERM')) return ADVICE_TO_READ;
  if (doing === 'read' && errno === 'ENOENT')
    return `it does not hold ${MARK}, which everybody who writes there leaves; check that it is mounted, and that those who send use the same folder`;
  return writeAdvice(errno);
}

/** O_EXCL and O_NOFOLLOW: a link or file that somebody has put there is never written to. */
async function writeNew(path: string, bytes: Buffer, signal: AbortSignal | undefined): Promise<void> {
  const file = await open(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, MODE);
  try {
    for (let at = 0; at < bytes.length;) {
      signal?.throwIfAborted();
      at += (await file.write(bytes, at, Math.min(PIECE, bytes.length - at))).bytesWritten;
    }
    await flushFile(file);
  } finally {
    await file.close();
  }
}

/** Reads a file; undefined for a link, which is not followed: what is no file of ours is none. */
async function readIfThere(path: string, signal: AbortSignal | undefined): Promise<Buffer | undefined> {
  try {
    return await readWhole(path, signal);
  } catch (error) {
    if (errnoOf(error) === 'ELOOP') return undefined;
    throw error;
  }
}

async function readWhole(path: string, signal: AbortSignal | undefined): Promise<Buffer | undefined> {
  // Without O_NONBLOCK the system would wait for somebody who writes, when a pipe has that name.
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    return await readFully(file, signal);
  } finally {
    await file.close();
  }
}

async function readFully(file: FileHandle, signal: AbortSignal | undefined): Promise<Buffer | undefined> {
  const stats = await file.stat();
  if (!stats.isFile() || stats.size > LARGEST) return undefined;
  const bytes = Buffer.allocUnsafeSlow(stats.size);
  let end = 0;
  while (end < bytes.length) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(bytes, end, Math.min(PIECE, bytes.length - end), end);
    if (bytesRead === 0) break;
    end += bytesRead;
  }
  return bytes.subarray(0, end);
}

async function isOlder(path: string, before: number): Promise<boolean> {
  try {
    const stats = await lstat(path);
    return stats.isFile() && stats.mtimeMs <= before;
  } catch {
    return false;
  }
}
