import type { AnySignal } from '../../../core/concurrency/lazy-signal.js';
import { onAbort } from '../../../core/concurrency/on-abort.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';
import { unavailable } from './redis-failure.js';

/** The time that one operation on the store has, and the signal of who waits for it. */
export class TimeLimit {
  readonly #milliseconds: number;
  readonly #signal: AnySignal | undefined;
  #ends: number;

  constructor(milliseconds: number, signal?: AnySignal) {
    this.#milliseconds = milliseconds;
    this.#signal = signal;
    this.#ends = performance.now() + milliseconds;
  }

  /** Begins anew: the store has answered a part of something large. */
  restart(): void {
    this.#ends = performance.now() + this.#milliseconds;
  }

  /**
   * Throws when nothing more may be sent.
   *
   * @throws StoreUnavailableError
   */
  check(): void {
    if (this.#signal?.aborted) throw this.#ended(this.#signal.reason, false);
    if (performance.now() >= this.#ends) throw this.#overdue(false);
  }

  /**
   * Waits for an answer; one that comes late is heard by nobody.
   *
   * @param sent whether what is waited for changes something once it was sent
   * @param reason what is wrong when no answer comes. @default that it did not come
   * @throws StoreUnavailableError
   */
  wait<T>(running: Promise<T>, sent: boolean, reason?: () => string | undefined): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let stop = (): void => {};
      const fail = (error: Error): void => settle(() => reject(error));
      const timer = setTimeout(
        () => fail(this.#overdue(sent, reason?.())),
        Math.max(this.#ends - performance.now(), 0),
      );
      const settle = (call: () => void): void => {
        clearTimeout(timer);
        stop();
        call();
      };
      stop = onAbort(this.#signal, why => fail(this.#ended(why, sent)));
      running.then(
        value => settle(() => resolve(value)),
        (error: unknown) => fail(unavailable(error, sent)),
      );
    });
  }

  #overdue(sent: boolean, reason = 'it does not answer'): StoreUnavailableError {
    return new StoreUnavailableError(`${reason} (waited ${this.#milliseconds} ms)`, { maybeWritten: sent });
  }

  #ended(reason: unknown, sent: boolean): StoreUnavailableError {
    return new StoreUnavailableError('the wait for it was ended', { maybeWritten: sent, cause: reason });
  }
}
