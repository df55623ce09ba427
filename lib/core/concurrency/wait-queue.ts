import type { AnySignal } from './lazy-signal.js';
import { onAbort } from './on-abort.js';

/** Who waits. */
interface Waiter {
  /** Undefined once it was served or has left. */
  resolve: (() => void) | undefined;
  reject: (reason: unknown) => void;
  /** Ends the listening to the signal. */
  stop: () => void;
}

/** Empty entries that are kept before the queue is compacted: doing so for each one served would cost its length. */
const MOST_EMPTY = 1024;

/** First come, first served; one whose signal fires leaves the queue. Entering, leaving and serving cost the same at any length. */
export class WaitQueue {
  readonly #onLeave: () => void;
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
      const waiter: Waiter = { resolve, reject, stop: nothing };
      if (signal) waiter.stop = onAbort(signal, reason => this.#leave(waiter, reason));
      if (!first) this.#entries.push(waiter);
      else if (this.#front > 0) this.#entries[--this.#front] = waiter;
      else this.#entries.unshift(waiter);
      this.#length++;
    });
  }

  #leave(waiter: Waiter, reason: unknown): void {
    if (!this.#end(waiter, false, reason)) return;
    this.#compact();
    this.#onLeave();
  }

  /** Serves the one who has waited longest; false when nobody waits. */
  serveNext(): boolean {
    while (this.#length > 0) {
      const served = this.#end(this.#entries[this.#front++], true);
      this.#compact();
      if (served) return true;
    }
    return false;
  }

  /** Rejects all who wait. */
  rejectAll(reason: unknown): void {
    if (this.#length === 0) return;
    for (const waiter of this.#entries) this.#end(waiter, false, reason);
    this.#compact();
    this.#onLeave();
  }

  /** Ends the wait of one, and holds on to nothing of it; false when it was served or has left before. */
  #end(waiter: Waiter | undefined, served: boolean, reason?: unknown): boolean {
    const resolve = waiter?.resolve;
    if (!waiter || !resolve) return false;
    const { reject } = waiter;
    waiter.stop();
    waiter.resolve = undefined;
    waiter.reject = nothing;
    waiter.stop = nothing;
    this.#length--;
    if (served) resolve();
    else reject(reason);
    return true;
  }

  /** Entries are empty where somebody was served, at the front, and where somebody has left, anywhere. */
  #compact(): void {
    const empty = this.#entries.length - this.#length;
    if (this.#length > 0 && (empty < MOST_EMPTY || empty < this.#length)) return;
    this.#entries = this.#length > 0 ? this.#entries.filter(({ resolve }) => resolve) : [];
    this.#front = 0;
  }
}

function nothing(): void {}
