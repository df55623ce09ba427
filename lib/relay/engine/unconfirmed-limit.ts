import { Semaphore } from '../../core/concurrency/semaphore.js';

/** The right of one mail to end: taken once, given back when its outcome is on record. */
export interface UnconfirmedSlot {
  /** Whether it has been waited for in vain so far: nothing of the mail can have been taken. */
  readonly isWaiting: boolean;
  /** Waits for it. Rejects with the reason of the signal, or of the shutdown. */
  wait(signal: AbortSignal): Promise<void>;
  /** Gives it back, or the place in the line. */
  end(): void;
}

/** Lets only so many mails be ended of which the outcome is not on record. */
export class UnconfirmedLimit {
  readonly #places: Semaphore;
  readonly #stopping: AbortSignal;

  /**
   * @param count mails that may have ended at the same time
   * @param stopping sends all away who wait
   */
  constructor(count: number, stopping: AbortSignal) {
    this.#places = new Semaphore(count);
    this.#stopping = stopping;
  }

  /** The turn of one mail. */
  next(): UnconfirmedSlot {
    const leaving = new AbortController();
    let taken: Promise<void> | undefined;
    let has = false;
    const take = async (signal: AbortSignal): Promise<void> => {
      await this.#take([this.#stopping, leaving.signal, signal]);
      if (!leaving.signal.aborted) {
        has = true;
        return;
      }
      // It came when nobody wanted it any more.
      this.#places.release();
      throw leaving.signal.reason;
    };
    return {
      get isWaiting() {
        return taken !== undefined && !has;
      },
      wait: signal => (taken ??= take(signal)),
      end: () => {
        leaving.abort(new Error('The try is over.'));
        if (has) this.#places.release();
        has = false;
      },
    };
  }

  async #take(sources: readonly AbortSignal[]): Promise<void> {
    const waiting = new AbortController();
    const onAbort = (event: Event): void => waiting.abort((event.target as AbortSignal).reason);
    for (const source of sources) {
      source.addEventListener('abort', onAbort, { once: true });
      if (source.aborted) waiting.abort(source.reason);
    }
    try {
      await this.#places.acquire(waiting.signal);
    } finally {
      for (const source of sources) source.removeEventListener('abort', onAbort);
    }
  }
}
