import { linkedAbort } from '../../concurrency/linked-abort.js';
import { Semaphore } from '../../concurrency/semaphore.js';

/** The right of one mail to have its end sent: acquired before the end, released when the outcome is on record. */
export class UnconfirmedSlot {
  readonly #permits: Semaphore;
  readonly #stopping: AbortSignal;
  #acquiring: Promise<void> | undefined;
  #held = false;
  #released = false;
  #endWait: (() => void) | undefined;

  constructor(permits: Semaphore, stopping: AbortSignal) {
    this.#permits = permits;
    this.#stopping = stopping;
  }

  /** Whether the slot was asked for and not got so far: then no server can have taken the mail. */
  get isWaiting(): boolean {
    return this.#acquiring !== undefined && !this.#held;
  }

  /**
   * Waits for the slot; whoever asks again waits for the same one.
   *
   * @throws the reason of the signal, or of the shutdown
   */
  acquire(signal: AbortSignal): Promise<void> {
    this.#acquiring ??= this.#released ? Promise.reject(tryIsOver()) : this.#acquire(signal);
    return this.#acquiring;
  }

  /** Releases the slot, or ends the wait for it; harmless when done twice. */
  release(): void {
    this.#released = true;
    this.#endWait?.();
    if (this.#held) this.#permits.release();
    this.#held = false;
  }

  async #acquire(signal: AbortSignal): Promise<void> {
    if (!this.#stopping.aborted && !signal.aborted && this.#permits.tryAcquire()) {
      this.#held = true;
      return;
    }
    const leave = linkedAbort(this.#stopping, signal);
    this.#endWait = () => leave.abort(tryIsOver());
    try {
      await this.#permits.acquire(leave.signal);
    } finally {
      this.#endWait = undefined;
      leave.unlink();
    }
    if (this.#released) {
      // The permit was granted in the same moment in which the try ended.
      this.#permits.release();
      throw tryIsOver();
    }
    this.#held = true;
  }
}

function tryIsOver(): Error {
  return new Error('The try is over.');
}

/** Limits how many mails may have had their end sent while their outcome is not on record. */
export class UnconfirmedLimit {
  readonly #permits: Semaphore;
  readonly #stopping: AbortSignal;

  /**
   * @param count slots that can be held at the same time
   * @param stopping rejects all who wait for a slot
   */
  constructor(count: number, stopping: AbortSignal) {
    this.#permits = new Semaphore(count);
    this.#stopping = stopping;
  }

  /** A slot for one mail, not acquired yet. */
  slot(): UnconfirmedSlot {
    return new UnconfirmedSlot(this.#permits, this.#stopping);
  }
}
