import { logText } from '../../core/redaction/log-text.js';
import type { QueueWorkerEvent, QueueWorkerListener } from './queue-worker-event.js';

/** Tells several listeners what happens in a worker; one that throws harms neither the worker nor the others. */
export class WorkerEvents {
  readonly #listeners = new Set<QueueWorkerListener>();
  readonly #onFailure: (sentence: string) => void;

  /** @param onFailure told of a listener that throws */
  constructor(onFailure: (sentence: string) => void) {
    this.#onFailure = onFailure;
  }

  /** For who tells. */
  readonly emit = (event: QueueWorkerEvent): void => {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#onFailure(`A listener of the worker has failed: ${logText(error)}`);
      }
    }
  };

  /**
   * Begins to tell a listener.
   *
   * @returns a function that ends that
   */
  add(listener: QueueWorkerListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
