import type { AnySignal } from './lazy-signal.js';
import type { Leave } from './waiter.js';
import { Waiter } from './waiter.js';

/** Empty entries that are kept before the queue is compacted: doing so for each one served would cost its length. */
const MOST_EMPTY = 1024;

/** First come, first served; one whose signal fires leaves the queue. Entering, leaving and serving cost the same at any length. */
export class WaitQueue {
  readonly #onLeave: () => void;
  readonly #leave: Leave = (waiter, reason) => {
    if (!waiter.waits) return;
    this.#length--;
    waiter.reject(reason);
    this.#compact();
    this.#onLeave();
  };
  #entries: Waiter[] = [];
  #front = 0;
  #length = 0;

  /** @param onLeave called when somebody has left without being served */
  constructor(onLeave: () => void = () => {}) {
    this.#onLeave = onLeave;
  }

  /** How many wait. */
  get length(): number {
    return this.#length;
  }

  /**
   * Waits until it is served. Rejects with the signal's reason.
   *
   * @param signal ends the wait. Who has none gives none: a signal takes longer for each listener that it has already
   */
  wait(signal?: AnySignal): Promise<void> {
    return this.#wait(signal, false);
  }

  /** Waits as {@link wait} does, before all who wait already. */
  waitFirst(signal?: AnySignal): Promise<void> {
    return this.#wait(signal, true);
  }

  #wait(signal: AnySignal | undefined, first: boolean): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise<void>((resolve, reject) => {
      const waiter = new Waiter(this.#leave, signal, resolve, reject);
      if (!first) this.#entries.push(waiter);
      else if (this.#front > 0) this.#entries[--this.#front] = waiter;
      else this.#entries.unshift(waiter);
      this.#length++;
    });
  }

  /** Serves the one who has waited longest; false when nobody waits. */
  serveNext(): boolean {
    while (this.#length > 0) {
      const waiter = this.#entries[this.#front++];
      const waits = waiter?.waits === true;
      if (waits) {
        this.#length--;
        waiter.serve();
      }
      this.#compact();
      if (waits) return true;
    }
    return false;
  }

  /** Rejects all who wait. */
  rejectAll(reason: unknown): void {
    if (this.#length === 0) return;
    for (const waiter of this.#entries) {
      if (!waiter.waits) continue;
      this.#length--;
      waiter.reject(reason);
    }
    this.#compact();
    this.#onLeave();
  }

  /** Entries are empty where somebody was served, at the front, and where somebody has left, anywhere. */
  #compact(): void {
    const empty = this.#entries.length - this.#length;
    if (this.#length > 0 && (empty < MOST_EMPTY || empty < this.#length)) return;
    this.#entries = this.#length > 0 ? this.#entries.filter(({ waits }) => waits) : [];
    this.#front = 0;
  }
}
