import { rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../errors/error-facts.js';
import { freeName, moveInto } from './move-file.js';
import type { RelayBerth } from './relay-berth.js';

/** Claims files by one rename each, so that of several relays exactly one gets a file. */
export class Claims {
  readonly #directory: string;
  readonly #berth: RelayBerth;
  readonly #held = new Set<string>();

  constructor(directory: string, berth: RelayBerth) {
    this.#directory = directory;
    this.#berth = berth;
  }

  /** How many files are claimed. */
  get count(): number {
    return this.#held.size;
  }

  /** Whether a file is claimed. */
  holds(name: string): boolean {
    return this.#held.has(name);
  }

  /** Where a file lies while it is claimed. */
  pathOf(name: string): string {
    return join(this.#berth.claimed, name);
  }

  /**
   * Claims a file.
   *
   * @returns false when it is not there any more, or when an earlier one of the same name is still claimed
   */
  async claim(name: string): Promise<boolean> {
    if (this.#held.has(name)) return false;
    this.#held.add(name);
    try {
      await rename(join(this.#directory, name), this.pathOf(name));
      return true;
    } catch (error) {
      this.#held.delete(name);
      if (errnoOf(error) !== 'ENOENT') throw error;
      // Either the file is gone, or the place where it was to go; then the next look finds it again.
      await this.#berth.restore();
      return false;
    }
  }

  /** The name under which a file can be given back: its own, unless somebody has used that again. */
  async nameForReturn(name: string): Promise<string> {
    return freeName(this.#directory, name);
  }

  /** Gives a file back as it was. */
  async giveBack(name: string, as = name): Promise<void> {
    await this.moveTo(this.#directory, name, as);
  }

  /** Moves a claimed file into another folder, under its own or a similar name; returns its path. */
  async moveTo(folder: string, name: string, as = name): Promise<string> {
    const path = await moveInto(folder, as, this.pathOf(name));
    this.#held.delete(name);
    return path;
  }

  /** Removes a file. */
  async remove(name: string): Promise<void> {
    await unlink(this.pathOf(name));
    this.#held.delete(name);
  }
}
