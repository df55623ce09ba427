import { constants, readlinkSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { lstat, open, stat } from 'node:fs/promises';
import { permissionProblem } from '../../core/delivery/pickup/permission-model.js';
import { errnoOf } from '../../core/errors/error-facts.js';
import { visible } from '../../core/redaction/printable.js';
import { folderProblem } from './own-folder.js';

const { O_RDONLY, O_DIRECTORY = 0, O_NOFOLLOW = 0 } = constants;
/** Where Linux shows the open files of a process: a path through one of these begins at the folder itself, whatever its name is now. */
const OPEN_FILES = '/proc/self/fd/';

/**
 * A folder that is held open, so that what is done in it is done there, though somebody renames it or puts another one in its
 * place. Only Linux lets a process begin a path at an open folder (openat(2) has no counterpart in Node.js); elsewhere the
 * folder is reached by its name.
 */
export class HeldFolder {
  readonly #handle: FileHandle | undefined;
  readonly #name: string;
  #isClosed = false;

  private constructor(name: string, handle: FileHandle | undefined) {
    this.#name = name;
    this.#handle = handle;
  }

  /**
   * Opens a folder, but never through a symbolic link in its place.
   *
   * @param check says in words why the folder that was opened may not be used; undefined when it may
   * @throws an error with those words, or the error of the system
   */
  static async open(
    path: string,
    check: (folder: FolderFacts) => string | undefined = () => undefined,
  ): Promise<HeldFolder> {
    // Windows opens no folders as files.
    const handle = await openFolder(path);
    try {
      const facts = await (handle ? handle.stat() : lstat(path));
      const problem = facts.isDirectory() ? check(facts) : folderProblem(facts);
      if (problem !== undefined) throw new Error(`${path} ${problem}`);
      if (handle && (await isReached(handle, facts))) return new HeldFolder(path, handle);
      await handle?.close();
      return new HeldFolder(path, undefined);
    } catch (error) {
      await handle?.close().catch(() => {});
      throw error;
    }
  }

  /** A path that leads to the folder; its name again when it is closed. */
  get path(): string {
    return this.#handle && !this.#isClosed ? `${OPEN_FILES}${this.#handle.fd}` : this.#name;
  }

  /** Whether the folder is reached by its handle, and not by its name. */
  get isHeld(): boolean {
    return this.#handle !== undefined;
  }

  /** Whether the folder has not been removed. */
  async exists(): Promise<boolean> {
    if (this.#handle && !this.#isClosed) return (await this.#handle.stat()).nlink > 0;
    return stat(this.#name).then(
      () => true,
      () => false,
    );
  }

  /**
   * Whether a path leads to this folder; false when nothing is there. Follows no symbolic link.
   *
   * @throws the error of the system when what is there cannot be looked at
   */
  async isAt(path: string): Promise<boolean> {
    const there = await lstat(path).catch((error: unknown) =>
      ['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '') ? undefined : Promise.reject(error),
    );
    if (!there?.isDirectory()) return false;
    if (!this.#handle || this.#isClosed) return path === this.#name;
    const held = await this.#handle.stat();
    return held.ino === there.ino && held.dev === there.dev;
  }

  /** What the system says of it. */
  async facts(): Promise<FolderFacts> {
    return this.#handle && !this.#isClosed ? this.#handle.stat() : lstat(this.#name);
  }

  /** Lets go of it; harmless when done twice. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    // First, because another file may get the number of this handle.
    this.#isClosed = true;
    await this.#handle?.close();
  }
}

/** Opens a folder; undefined on Windows, which opens no folders as files. */
async function openFolder(path: string): Promise<FileHandle | undefined> {
  if (process.platform === 'win32') return undefined;
  try {
    return await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    const there = ['ENOTDIR', 'ELOOP'].includes(errnoOf(error) ?? '')
      ? await lstat(path).catch(() => undefined)
      : undefined;
    const problem = there && folderProblem(there);
    if (problem === undefined) throw error;
    throw new Error(`${path} ${problem}`, { cause: error });
  }
}

/** What the system says of a folder. */
export interface FolderFacts {
  readonly uid: number;
  readonly mode: number;
  readonly dev: number;
  readonly ino: number;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/**
 * Whether paths through the handle lead to the folder: /proc may not be mounted, or closed to this process. The permission model of
 * Node.js judges a path by its letters, so that leave to write to the folder is none to write to it through /proc.
 */
async function isReached({ fd }: FileHandle, { ino, dev }: FolderFacts): Promise<boolean> {
  if (process.platform !== 'linux' || permissionProblem(`${OPEN_FILES}${fd}`) !== undefined) return false;
  const there = await stat(`${OPEN_FILES}${fd}/.`).catch(() => undefined);
  return there?.ino === ino && there.dev === dev;
}

/** A text for people, in which paths that begin at held folders are as an administrator knows them: whatever names they have is safe to print. */
export function readableText(text: string): string {
  return visible(withFolderNames(text));
}

/** A text in which paths that begin at held folders have the names of those. */
export function withFolderNames(text: string): string {
  return text.replace(/\/proc\/self\/fd\/\d+/g, path => {
    try {
      return readlinkSync(path).replace(/ \(deleted\)$/, '');
    } catch {
      return path;
    }
  });
}
