import type { FSWatcher } from 'node:fs';
import { watch } from 'node:fs';
import { messageOf } from '../../core/errors/error-facts.js';

/** Tells of changes in a folder at once, where the system sends events; polling has to find the rest. */
export class FolderWatcher {
  #watcher: FSWatcher | undefined;

  /**
   * @param onChange called for every change in the folder
   * @param onTrouble called once when the system sends no events
   */
  constructor(directory: string, onChange: () => void, onTrouble: (reason: string) => void) {
    try {
      this.#watcher = watch(directory, { persistent: false }, onChange);
      this.#watcher.on('error', error => {
        this.close();
        onTrouble(messageOf(error));
      });
    } catch (error) {
      onTrouble(messageOf(error));
    }
  }

  /** Whether events come. */
  get isWatching(): boolean {
    return this.#watcher !== undefined;
  }

  /** Ends the events. */
  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}
