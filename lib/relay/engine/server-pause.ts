import { retryDelayMs } from './retry-delay.js';

/** What stands in the way of every mail. */
export interface PauseReason {
  readonly reason: string;
  /** When the server is asked again. */
  readonly until: Date;
}

/** Stops the work while the server cannot be used at all, instead of failing every mail on its own. */
export class ServerPause {
  readonly #schedule: { firstMs: number; maxMs: number };
  #failures = 0;
  #since = 0;
  #end = 0;
  #reason: PauseReason | undefined;

  constructor(schedule: { firstMs: number; maxMs: number }) {
    this.#schedule = schedule;
  }

  /** Why the work is stopped; undefined when it is not. */
  get current(): PauseReason | undefined {
    return this.remainingMs > 0 ? this.#reason : undefined;
  }

  /** What stood in the way last, also when the time to ask again has come. */
  get lastReason(): string | undefined {
    return this.#reason?.reason;
  }

  /** Milliseconds until the server is asked again. */
  get remainingMs(): number {
    return Math.max(0, this.#end - performance.now());
  }

  /**
   * The server failed.
   *
   * @param began when the try began, on the monotonic clock: tries that began before the last failure say nothing new
   * @returns the pause, when it is a new one
   */
  failed(reason: string, began: number): PauseReason | undefined {
    if (this.#reason && began < this.#since) return undefined;
    this.#failures++;
    const delayMs = retryDelayMs(this.#failures, this.#schedule);
    this.#since = performance.now();
    this.#end = this.#since + delayMs;
    this.#reason = { reason, until: new Date(Date.now() + delayMs) };
    return this.#reason;
  }

  /**
   * The server works.
   *
   * @returns whether it had not before
   */
  succeeded(): boolean {
    const wasDown = this.#reason !== undefined;
    this.#failures = 0;
    this.#end = 0;
    this.#reason = undefined;
    return wasDown;
  }
}
