import { rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../core/errors/error-facts.js';
import type { MailStates } from './mail-states.js';
import { moveTo } from './move-file.js';
import type { RelayLease } from './relay-lease.js';
import { returnFile } from './return-file.js';

/** Claims files by one rename each, so that of several relays exactly one gets a file. */
export class Claims {
  readonly #directory: string;
  readonly #berth: RelayLease;
  readonly #states: MailStates;
  readonly #held = new Map<string, string>();

  constructor(directory: string, berth: RelayLease, states: MailStates) {
    this.#directory = directory;
    this.#berth = berth;
    this.#states = states;
  }

  /** Whether a file is claimed. */
  holds(name: string): boolean {
    return this.#held.has(name);
  }

  /** Where a claimed file lies. */
  pathOf(name: string): string {
    return this.#held.get(name) ?? join(this.#berth.claimed, name);
  }

  /**
   * Claims a file.
   *
   * @returns false when it is not there any more, or when an earlier one of the same name is still claimed
   */
  async claim(name: string): Promise<boolean> {
    if (this.#held.has(name)) return false;
    const path = join(this.#berth.claimed, name);
    this.#held.set(name, path);
    try {
      await rename(join(this.#directory, name), path);
      return true;
    } catch (error) {
      this.#held.delete(name);
      if (errnoOf(error) !== 'ENOENT') throw error;
      // Either the file is gone, or the place where it was to go; then the next look finds it again.
      await this.#berth.restore();
      return false;
    }
  }

  /** Gives a file back; returns the name that it has now, or undefined when somebody has taken it from this relay. */
  async giveBack(name: string): Promise<string | undefined> {
    try {
      return await this.#leaving(name, path => returnFile(this.#directory, this.#states, name, path));
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  /**
   * Moves a claimed file to a path.
   *
   * @returns false when something is there
   */
  async moveTo(path: string, name: string): Promise<boolean> {
    const from = this.pathOf(name);
    const moved = await this.#leaving(name, () => moveTo(path, from));
    if (!moved) this.#held.set(name, from);
    return moved;
  }

  /** Removes a file; done also when it is gone already. */
  async remove(name: string): Promise<void> {
    await this.#leaving(name, async path => {
      await unlink(path).catch((error: unknown) =>
        errnoOf(error) === 'ENOENT' ? undefined : Promise.reject(error),
      );
    });
  }

  /** A file that has left is not held any more, wherever it went: somebody may have taken this relay for dead. */
  async #leaving<T>(name: string, leave: (path: string) => Promise<T>): Promise<T> {
    try {
      const result = await leave(this.pathOf(name));
      this.#held.delete(name);
      return result;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') this.#held.delete(name);
      throw error;
    }
  }
}
