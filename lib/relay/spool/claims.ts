import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../core/errors/error-facts.js';
import type { MailStates } from './mail-states.js';
import { exists, moveTo } from './move-file.js';
import type { OpenFile } from './open-file.js';
import type { RelayFolders } from './relay-folders.js';
import type { RelayLease } from './relay-lease.js';
import { rescueFile } from './rescue-file.js';
import { returnFile } from './return-file.js';
import type { SpoolScanner } from './spool-scanner.js';

/** What is to become of a file that is back in the folder. */
export type AfterRelease =
  /** It may be taken again after so many milliseconds. */
  | { readonly kind: 'retry'; readonly waitMs: number }
  /** It may be taken again when it has stopped changing. */
  | { readonly kind: 'settle' }
  /** It is not taken again as long as it does not change. */
  | { readonly kind: 'leave' };

/** Claims files by one rename each, so that of several relays exactly one gets a file. */
export class Claims {
  readonly #folders: RelayFolders;
  readonly #lease: RelayLease;
  readonly #states: MailStates;
  readonly #scanner: SpoolScanner;
  /** The claimed files, by their names. */
  readonly #files = new Map<string, { readonly path: string; readonly handle: OpenFile }>();

  constructor(folders: RelayFolders, lease: RelayLease, states: MailStates, scanner: SpoolScanner) {
    this.#folders = folders;
    this.#lease = lease;
    this.#states = states;
    this.#scanner = scanner;
  }

  /** Whether a file is claimed. */
  has(name: string): boolean {
    return this.#files.has(name);
  }

  /** Where a claimed file lies. */
  pathOf(name: string): string {
    return this.#files.get(name)?.path ?? join(this.#lease.claimed, name);
  }

  /**
   * Claims a file.
   *
   * @param handle the open file, which stays open as long as it is claimed
   * @returns false when it is not there any more, or when an earlier one of the same name is still claimed
   */
  async claim(name: string, handle: OpenFile): Promise<boolean> {
    if (this.#files.has(name)) return false;
    const path = join(this.#lease.claimed, name);
    this.#files.set(name, { path, handle });
    try {
      await this.#folders.files.rename(join(this.#folders.pickup, name), path);
      return true;
    } catch (error) {
      this.#files.delete(name);
      if (errnoOf(error) !== 'ENOENT') throw error;
      // Either the file is gone, or the folder of this relay; the file is then found by the next scan.
      await this.#lease.restore();
      return false;
    }
  }

  /** Gives a file back to the folder, and tells the scanner what is to become of it there. */
  async release(name: string, next: AfterRelease): Promise<void> {
    const nameNow = await this.#giveBack(name);
    // Under another name, or given back by another relay, the next scan finds it like a new file.
    if (nameNow !== name) this.#scanner.forget(name);
    else if (next.kind === 'retry') this.#scanner.returned(name, next.waitMs);
    else if (next.kind === 'settle') this.#scanner.unfinished(name);
    else this.#scanner.leave(name);
  }

  /**
   * Moves a claimed file to a path.
   *
   * @returns false when something is there; the file is then still claimed
   */
  async moveTo(path: string, name: string): Promise<boolean> {
    try {
      const moved = await moveTo(path, this.pathOf(name));
      if (moved) this.#files.delete(name);
      return moved;
    } catch (error) {
      if (await this.#isTaken(error, name)) this.#files.delete(name);
      throw error;
    }
  }

  /** Removes a file; done also when it is gone already. */
  async remove(name: string): Promise<void> {
    try {
      await this.#folders.files.unlink(this.pathOf(name));
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
    this.#files.delete(name);
  }

  /** Returns the name that the file has now, or undefined when another relay has taken it from this one. */
  async #giveBack(name: string): Promise<string | undefined> {
    const path = this.pathOf(name);
    let nameNow: string | undefined;
    if (await exists(path)) nameNow = await returnFile(this.#folders.pickup, this.#states, name, path);
    else if (await areRecordsRemoved(path)) nameNow = await this.#rescue(name);
    this.#files.delete(name);
    return nameNow;
  }

  async #rescue(name: string): Promise<string | undefined> {
    const handle = this.#files.get(name)?.handle;
    // Closed when the work on the mail has ended, and only the end of a move was left to do.
    return handle && handle.fd >= 0 ? rescueFile(this.#folders.pickup, name, handle) : undefined;
  }

  /** Whether an error says that a file is not where it was claimed: a relay that took this one for dead has it. */
  async #isTaken(error: unknown, name: string): Promise<boolean> {
    return errnoOf(error) === 'ENOENT' && !(await exists(this.pathOf(name)).catch(() => true));
  }
}

/**
 * Whether the relay's own folder, in which a file was claimed, was removed as a whole. A relay that takes another one for dead
 * takes over the files, and removes only the folder of that one.
 */
async function areRecordsRemoved(claimed: string): Promise<boolean> {
  const records = await stat(join(claimed, '..', '..', '..', '..')).catch(() => undefined);
  return records === undefined || records.nlink === 0;
}
