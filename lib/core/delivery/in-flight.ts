import type { AnySignal } from '../concurrency/lazy-signal.js';
import type { LinkedAbort } from '../concurrency/linked-abort.js';
import { linkedAbort } from '../concurrency/linked-abort.js';
import type { Placed } from '../concurrency/unordered-set.js';
import { UnorderedSet } from '../concurrency/unordered-set.js';
import { WorkCount } from '../concurrency/work-count.js';

/** The signal of one work that the end of the grace time cuts. */
export interface CuttableWork extends LinkedAbort, Placed {}

/**
 * Counts what a delivery is doing, so that `close()` can wait for it and cut what is left when the grace time is over.
 * Every {@link begin} needs one {@link end}.
 */
export class InFlight {
  readonly #cuttable = new UnorderedSet<CuttableWork>();
  readonly #work = new WorkCount();
  #closed = false;
  #cut = false;

  /** Whether `close()` was called: nothing new may begin. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether the grace time of `close()` is over, and everything was cut. */
  get cut(): boolean {
    return this.#cut;
  }

  /** Counts one mail or check, before it waits for anything. A number only: thousands may wait at once. */
  begin(): void {
    this.#work.begin();
  }

  /**
   * Makes the signal that work runs under: fired by the caller's signal, and at the end of the grace time.
   *
   * @param caller the caller's signal; undefined never fires
   */
  link(caller: AnySignal | undefined): CuttableWork {
    const linked = { ...linkedAbort(caller), place: -1 };
    this.#cuttable.add(linked);
    if (this.#cut) linked.abort();
    return linked;
  }

  /**
   * Ends what {@link begin} has counted.
   *
   * @param linked the signal that it ran under, when it had come that far
   */
  end(linked?: CuttableWork): void {
    if (linked) {
      linked.unlink();
      this.#cuttable.delete(linked);
    }
    this.#work.end();
  }

  /**
   * Resolves when everything that has begun is over.
   *
   * @param graceMs milliseconds after which what is left is cut
   * @param onCut called then, before the signals fire
   */
  async close(graceMs: number, onCut: () => void = () => {}): Promise<void> {
    this.#closed = true;
    const timer = setTimeout(() => {
      this.#cut = true;
      onCut();
      for (const linked of this.#cuttable.values()) linked.abort();
    }, graceMs);
    await this.#work.untilIdle();
    clearTimeout(timer);
  }
}
