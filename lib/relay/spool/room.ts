import type { FileHandle } from 'node:fs/promises';
import { open, unlink } from 'node:fs/promises';
import { errnoOf } from '../../core/errors/error-facts.js';

/** What file systems answer that have no room, and quotas that are used up. */
const NO_ROOM: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);
/** Octets by which the file grows and shrinks: what a file system gives out at least, and what the first mails need. */
const BLOCK = 4 * 1024;
/** Octets that are written at a time. Not zeros: some file systems store nothing for those. */
const FILLING = Buffer.alloc(64 * 1024, 'room kept for records\n');

/** Whether something failed because there is no room on the disk. */
export function isOutOfRoom(error: unknown): boolean {
  return NO_ROOM.has(errnoOf(error) ?? '');
}

/**
 * Room on the disk that is kept for records: what became of a mail must be written down though the disk has filled up since
 * the mail was taken. It is kept as a file that is made shorter when a record needs the room.
 */
export class Room {
  readonly #pathOf: () => string;
  #path = '';
  #file: FileHandle | undefined;
  /** Octets in the file. */
  #kept = 0;
  /** Octets that mails under way may need. */
  #needed = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** @param pathOf where the file is to lie; it is made anew when that changes */
  constructor(pathOf: () => string) {
    this.#pathOf = pathOf;
  }

  /**
   * Keeps room for one more record, if there is any.
   *
   * @returns whether so many octets are kept; {@link release} them when the record is written or not needed
   */
  async keep(octets: number): Promise<boolean> {
    return this.#inTurn(async () => {
      const needed = this.#needed + octets;
      // More than is needed now, because the disk may be full when it is needed.
      await this.#growTo(Math.ceil(needed / FILLING.length) * FILLING.length);
      if (this.#kept < needed) return false;
      this.#needed = needed;
      return true;
    });
  }

  /** The room of a record is not needed any more. The file keeps its length for the next ones. */
  release(octets: number): void {
    this.#needed -= octets;
  }

  /**
   * Gives a little room to a record that could not be written because there is none.
   *
   * @returns whether there was something to give
   */
  async give(): Promise<boolean> {
    return this.#inTurn(async () => {
      if (!this.#file || this.#kept === 0) return false;
      this.#kept = Math.max(0, this.#kept - BLOCK);
      await this.#file.truncate(this.#kept);
      return true;
    });
  }

  /** Gives all of it back. */
  async close(): Promise<void> {
    await this.#inTurn(() => this.#drop());
  }

  /** Makes the file as long as it can be, up to so many octets. */
  async #growTo(octets: number): Promise<void> {
    try {
      if (this.#path !== this.#pathOf()) await this.#drop();
      if (!this.#file) {
        this.#path = this.#pathOf();
        this.#file = await open(this.#path, 'wx', 0o600);
      }
      while (this.#kept < octets) {
        const length = Math.min(FILLING.length, octets - this.#kept);
        const { bytesWritten } = await this.#file.write(FILLING, 0, length, this.#kept);
        this.#kept += bytesWritten;
      }
    } catch (error) {
      if (!isOutOfRoom(error)) throw error;
    }
  }

  async #drop(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#kept = 0;
    await file?.close();
    if (file) await unlink(this.#path).catch(() => {});
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const running = this.#last.then(work);
    this.#last = running.catch(() => {});
    return running;
  }
}
