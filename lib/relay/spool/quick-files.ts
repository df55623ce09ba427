import type { BigIntStats } from 'node:fs';
import * as fs from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import { close, open, rename, unlink } from '../../core/delivery/pickup/file-calls.js';
import { CallBudget } from './call-budget.js';
import type { OpenFile } from './open-file.js';

const fstat = promisify(fs.fstat);
const read = promisify(fs.read);
const lstat = promisify(fs.lstat);

const BIG = { bigint: true } as const;
/** Octets up to which a read is made at once: more may have to come from the disk. */
const MOST_AT_ONCE = 64 * 1024;
/** What Linux calls file systems whose calls wait for no other machine. */
const LOCAL: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // xfs
  0x9123683e, // btrfs
  0x2fc12fc1, // zfs
  0xf2f52010, // f2fs
  0x01021994, // tmpfs
  0x794c7630, // overlay
]);

/**
 * The calls of which each mail needs several. On a local file system they are made at once, as long as that is quick: handing
 * them to other threads and back takes several times as long as they do. Elsewhere, and what waits for a disk, is left to those.
 */
export class QuickFiles {
  readonly #budget: CallBudget;
  #isLocal: boolean | undefined;

  /** @param budget what tells whether calls are quick */
  constructor(budget = new CallBudget()) {
    this.#budget = budget;
  }

  /** Learns where a folder lies. One that is not local makes all calls of other threads from then on. Never rejects. */
  async judge(folder: string): Promise<void> {
    this.#isLocal = this.#isLocal !== false && (await isLocal(folder));
  }

  /** Whether calls are made at once now. */
  get atOnce(): boolean {
    return this.#isLocal === true && this.#budget.isThere;
  }

  /** Opens a file. */
  async open(path: string, flags: number): Promise<OpenFile> {
    const fd = this.atOnce ? this.#budget.spend(() => fs.openSync(path, flags)) : await open(path, flags);
    return new QuickFile(fd, this, this.#budget);
  }

  /** What the system says of a path. */
  async lstat(path: string): Promise<BigIntStats> {
    return this.atOnce ? this.#budget.spend(() => fs.lstatSync(path, BIG)) : lstat(path, BIG);
  }

  /** Whether it is known without another thread that nothing is there. */
  isMissing(path: string): boolean {
    if (!this.atOnce) return false;
    return this.#budget.spend(() => fs.lstatSync(path, { throwIfNoEntry: false })) === undefined;
  }

  /** Gives a file another name. */
  async rename(from: string, to: string): Promise<void> {
    return this.atOnce ? this.#budget.spend(() => fs.renameSync(from, to)) : rename(from, to);
  }

  /** Takes a name away. */
  async unlink(path: string): Promise<void> {
    return this.atOnce ? this.#budget.spend(() => fs.unlinkSync(path)) : unlink(path);
  }

  /** Writes to an open file, and leaves it to the system when that goes to the disk. Returns how many octets were written. */
  async write(file: FileHandle, bytes: Buffer, position: number): Promise<number> {
    if (bytes.length > MOST_AT_ONCE || !this.atOnce)
      return (await file.write(bytes, 0, bytes.length, position)).bytesWritten;
    return this.#budget.spend(() => fs.writeSync(file.fd, bytes, 0, bytes.length, position));
  }
}

/** By its number: an object of Node.js for each file costs as much as the calls themselves. */
class QuickFile implements OpenFile {
  readonly #files: QuickFiles;
  readonly #budget: CallBudget;
  #fd: number;

  constructor(fd: number, files: QuickFiles, budget: CallBudget) {
    this.#fd = fd;
    this.#files = files;
    this.#budget = budget;
  }

  get fd(): number {
    return this.#fd;
  }

  async stat(): Promise<BigIntStats> {
    const { fd } = this;
    return this.#files.atOnce ? this.#budget.spend(() => fs.fstatSync(fd, BIG)) : fstat(fd, BIG);
  }

  async read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }> {
    const { fd } = this;
    if (length > MOST_AT_ONCE || !this.#files.atOnce) return read(fd, buffer, offset, length, position);
    return { bytesRead: this.#budget.spend(() => fs.readSync(fd, buffer, offset, length, position)) };
  }

  async close(): Promise<void> {
    const { fd } = this;
    // First, and once: another file may get the number.
    this.#fd = -1;
    if (fd < 0) return;
    if (this.#files.atOnce) this.#budget.spend(() => fs.closeSync(fd));
    else await close(fd);
  }
}

/** Whether a folder lies on a file system of this machine; false where the system does not tell. */
async function isLocal(folder: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  try {
    return LOCAL.has((await statfs(folder)).type >>> 0);
  } catch {
    return false;
  }
}
