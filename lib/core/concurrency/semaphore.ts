import { WaitQueue } from './wait-queue.js';

/** A counting semaphore: a fixed number of permits; whoever finds none free waits, first come, first served. */
export class Semaphore {
  readonly #permits: number;
  readonly #queue = new WaitQueue();
  #held = 0;

  /** @param permits how many can be held at the same time */
  constructor(permits: number) {
    this.#permits = permits;
  }

  /** How many permits are held. */
  get held(): number {
    return this.#held;
  }

  /** Takes a permit, as soon as one is free. Rejects with the signal's reason. */
  acquire(signal?: AbortSignal): Promise<void> {
    if (this.#held >= this.#permits || signal?.aborted) return this.#queue.wait(signal);
    this.#held++;
    return Promise.resolve();
  }

  /** Rejects all who wait for a permit. */
  rejectAll(reason: unknown): void {
    this.#queue.rejectAll(reason);
  }

  /** Hands a permit to the next one who waits, or keeps it free. */
  release(): void {
    if (!this.#queue.serveNext()) this.#held--;
  }
}
