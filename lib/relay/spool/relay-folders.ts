import { mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { relayStates } from '../../core/delivery/pickup/relay-records.js';
import { errnoOf } from '../../core/errors/error-facts.js';

/** The relay's own folders in the pickup directory, hidden from its other readers. */
export class RelayFolders {
  /** One folder for each relay. */
  readonly relays: string;
  /** One state for each mail that waits for another try. */
  readonly states: string;
  readonly #root: string;

  constructor(directory: string) {
    this.#root = join(directory, '.mailroom');
    this.relays = join(this.#root, 'relays');
    this.states = relayStates(directory);
  }

  /** Makes the folders that are missing, but never the pickup directory itself. */
  async make(): Promise<void> {
    for (const folder of [this.#root, this.relays, this.states]) {
      await mkdir(folder).catch((error: unknown) =>
        errnoOf(error) === 'EEXIST' ? undefined : Promise.reject(error),
      );
    }
  }

  /** Removes the folders that are empty. */
  async removeEmpty(): Promise<void> {
    for (const folder of [this.relays, this.states, this.#root]) await rmdir(folder).catch(() => {});
  }
}
