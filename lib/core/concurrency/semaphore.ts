import { WaitingLine } from './wait-queue.js';

/** A fixed number of places; who finds none free waits in line. */
export class Places {
  readonly #count: number;
  readonly #line = new WaitingLine();
  #taken = 0;

  /** @param count how many can be taken at the same time */
  constructor(count: number) {
    this.#count = count;
  }

  /** How many are taken. */
  get taken(): number {
    return this.#taken;
  }

  /** Takes a place, as soon as there is one. Rejects with the signal's reason. */
  take(signal?: AbortSignal): Promise<void> {
    if (this.#taken >= this.#count || signal?.aborted) return this.#line.join(signal);
    this.#taken++;
    return Promise.resolve();
  }

  /** Sends all away who wait for a place. */
  sendAway(reason: unknown): void {
    this.#line.dissolve(reason);
  }

  /** Gives a place to the next one who waits, or keeps it free. */
  free(): void {
    if (!this.#line.serve()) this.#taken--;
  }
}
