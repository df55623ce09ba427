import type { FSWatcher } from 'node:fs';
import { watch } from 'node:fs';
import { messageOf } from '../../core/errors/error-facts.js';

/** Hears of new files at once, where the system tells; polling finds the rest. */
export class FolderWatcher {
  #watcher: FSWatcher | undefined;

  /**
   * @param onChange called for every change in the folder
   * @param onTrouble called once when the system does not tell
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

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}
