import { rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../core/errors/error-facts.js';
import type { MailStates } from './mail-states.js';
import { exists, moveTo } from './move-file.js';
import type { RelayLease } from './relay-lease.js';
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
  readonly #directory: string;
  readonly #lease: RelayLease;
  readonly #states: MailStates;
  readonly #scanner: SpoolScanner;
  /** Where the claimed files lie, by their names. */
  readonly #paths = new Map<string, string>();

  constructor(directory: string, lease: RelayLease, states: MailStates, scanner: SpoolScanner) {
    this.#directory = directory;
    this.#lease = lease;
    this.#states = states;
    this.#scanner = scanner;
  }

  /** Whether a file is claimed. */
  has(name: string): boolean {
    return this.#paths.has(name);
  }

  /** Where a claimed file lies. */
  pathOf(name: string): string {
    return this.#paths.get(name) ?? join(this.#lease.claimed, name);
  }

  /**
   * Claims a file.
   *
   * @returns false when it is not there any more, or when an earlier one of the same name is still claimed
   */
  async claim(name: string): Promise<boolean> {
    if (this.#paths.has(name)) return false;
    const path = join(this.#lease.claimed, name);
    this.#paths.set(name, path);
    try {
      await rename(join(this.#directory, name), path);
      return true;
    } catch (error) {
      this.#paths.delete(name);
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
      if (moved) this.#paths.delete(name);
      return moved;
    } catch (error) {
      if (await this.#isTaken(error)) this.#paths.delete(name);
      throw error;
    }
  }

  /** Removes a file; done also when it is gone already. */
  async remove(name: string): Promise<void> {
    try {
      await unlink(this.pathOf(name));
    } catch (error) {
      if (!(await this.#isTaken(error))) throw error;
    }
    this.#paths.delete(name);
  }

  /** Returns the name that the file has now, or undefined when another relay has taken it from this one. */
  async #giveBack(name: string): Promise<string | undefined> {
    try {
      const nameNow = await returnFile(this.#directory, this.#states, name, this.pathOf(name));
      this.#paths.delete(name);
      return nameNow;
    } catch (error) {
      if (!(await this.#isTaken(error))) throw error;
      this.#paths.delete(name);
      return undefined;
    }
  }

  /**
   * Whether an error says that a file is not where it was claimed: a relay that took this one for dead has it. Where the
   * whole folder is gone, nobody has it, and it may come back.
   */
  async #isTaken(error: unknown): Promise<boolean> {
    return errnoOf(error) === 'ENOENT' && (await exists(this.#directory).catch(() => false));
  }
}
