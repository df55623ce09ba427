import type { AnySignal } from './lazy-signal.js';
import { WaitQueue } from './wait-queue.js';

/** A counting semaphore: a number of permits; whoever finds none free waits, first come, first served. */
export class Semaphore {
  readonly #queue = new WaitQueue();
  #permits: number;
  #held = 0;

  /** @param permits how many can be held at the same time */
  constructor(permits: number) {
    this.#permits = permits;
  }

  /** How many permits are held. */
  get held(): number {
    return this.#held;
  }

  /** How many wait for one. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Takes a permit, as soon as one is free. Rejects with the signal's reason. */
  acquire(signal?: AnySignal): Promise<void> {
    if (this.#held >= this.#permits || signal?.aborted) return this.#queue.wait(signal);
    this.#held++;
    return Promise.resolve();
  }

  /** Takes a permit where one is free; whoever need not wait needs no signal. */
  tryAcquire(): boolean {
    if (this.#held >= this.#permits) return false;
    this.#held++;
    return true;
  }

  /** Takes a permit before all who wait for one already. Rejects with the signal's reason. */
  acquireFirst(signal?: AnySignal): Promise<void> {
    if (this.#held >= this.#permits || signal?.aborted) return this.#queue.waitFirst(signal);
    this.#held++;
    return Promise.resolve();
  }

  /** Rejects all who wait for a permit. */
  rejectAll(reason: unknown): void {
    this.#queue.rejectAll(reason);
  }

  /** Hands a permit to the next one who waits, or keeps it free. */
  release(): void {
    if (this.#held > this.#permits || !this.#queue.serveNext()) this.#held--;
  }

  /** Changes how many permits can be held. When there are fewer, those that are held too many end with their release. */
  resize(permits: number): void {
    this.#permits = permits;
    while (this.#held < this.#permits && this.#queue.serveNext()) this.#held++;
  }
}
