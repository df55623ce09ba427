import type { AnySignal } from '../../../core/concurrency/lazy-signal.js';
import { onAbort } from '../../../core/concurrency/on-abort.js';

/** The time of one operation of the store is over, or its signal has fired. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';

  readonly code: 'ETIMEDOUT' | 'ABORT_ERR';

  constructor(reason: 'time' | 'signal', options?: ErrorOptions) {
    super(reason === 'time' ? 'there was no answer in time' : 'the wait for it was ended', options);
    this.code = reason === 'time' ? 'ETIMEDOUT' : 'ABORT_ERR';
  }
}

/** The time that an operation has, for all its steps together. */
export class Deadline {
  readonly #endsAt: number;
  readonly #over: Promise<never>;
  #stop: () => void = () => undefined;

  /** @param milliseconds from now */
  constructor(milliseconds: number, signal?: AnySignal) {
    this.#endsAt = performance.now() + milliseconds;
    this.#over = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => reject(new DeadlineError('time')), milliseconds);
      const deaf = onAbort(signal, cause => reject(new DeadlineError('signal', { cause })));
      this.#stop = () => {
        clearTimeout(timer);
        deaf();
      };
    });
    this.#over.catch(() => undefined);
  }

  /** Whole milliseconds that are left, at least one. */
  get remainingMs(): number {
    return Math.max(1, Math.floor(this.#endsAt - performance.now()));
  }

  /** Whole milliseconds for the server to stop by itself, so that its answer still arrives in time; at least one. */
  get serverMs(): number {
    const left = this.remainingMs;
    return Math.max(1, left - Math.min(200, Math.ceil(left / 10)));
  }

  /**
   * Waits for a step. What it still does after that is heard by nobody.
   *
   * @throws DeadlineError, or what the step throws
   */
  within<T>(step: Promise<T>): Promise<T> {
    step.catch(() => undefined);
    return Promise.race([this.#over, step]);
  }

  /** Frees the timer and the signal. */
  end(): void {
    this.#stop();
  }
}
