import { onAbort } from './on-abort.js';

/** An entry of the queue; without `waiter` whoever waited there was served or has left. */
interface Entry {
  waiter: Waiter | undefined;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Empty entries that are kept before the queue is compacted: doing so for each one served would cost its length. */
const MOST_EMPTY = 1024;

/** First come, first served; one whose signal fires leaves the queue. Entering, leaving and serving cost the same at any length. */
export class WaitQueue {
  readonly #onLeave: () => void;
  #entries: Entry[] = [];
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
  wait(signal?: AbortSignal): Promise<void> {
    return this.#wait(signal, entry => this.#entries.push(entry));
  }

  /** Waits as {@link wait} does, before all who wait already. */
  waitFirst(signal?: AbortSignal): Promise<void> {
    return this.#wait(signal, entry => {
      if (this.#front > 0) this.#entries[--this.#front] = entry;
      else this.#entries.unshift(entry);
    });
  }

  #wait(signal: AbortSignal | undefined, enter: (entry: Entry) => void): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise<void>((resolve, reject) => {
      const stop = onAbort(signal, reason => {
        if (!this.#remove(entry)) return;
        reject(reason);
        this.#compact();
        this.#onLeave();
      });
      const entry: Entry = {
        waiter: {
          resolve: () => {
            stop();
            resolve();
          },
          reject: reason => {
            stop();
            reject(reason);
          },
        },
      };
      enter(entry);
      this.#length++;
    });
  }

  /** Serves the one who has waited longest; false when nobody waits. */
  serveNext(): boolean {
    while (this.#length > 0) {
      const waiter = this.#remove(this.#entries[this.#front++]);
      this.#compact();
      if (!waiter) continue;
      waiter.resolve();
      return true;
    }
    return false;
  }

  /** Rejects all who wait. */
  rejectAll(reason: unknown): void {
    if (this.#length === 0) return;
    for (const entry of this.#entries) this.#remove(entry)?.reject(reason);
    this.#compact();
    this.#onLeave();
  }

  #remove(entry: Entry | undefined): Waiter | undefined {
    const waiter = entry?.waiter;
    if (!entry || !waiter) return undefined;
    entry.waiter = undefined;
    this.#length--;
    return waiter;
  }

  /** Entries are empty where somebody was served, at the front, and where somebody has left, anywhere. */
  #compact(): void {
    const empty = this.#entries.length - this.#length;
    if (this.#length > 0 && (empty < MOST_EMPTY || empty < this.#length)) return;
    this.#entries = this.#length > 0 ? this.#entries.filter(({ waiter }) => waiter) : [];
    this.#front = 0;
  }
}
