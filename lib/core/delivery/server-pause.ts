import { retryDelayMs } from './retry-delay.js';

/** Why no mail is tried, and until when. */
export interface PauseReason {
  readonly reason: string;
  /** When the server is tried again. */
  readonly until: Date;
}

/** A server that was found unavailable, and not available since. */
export interface Outage {
  /** Why it could not be used at the last try. */
  readonly reason: string;
  /** Tries in a row that failed. */
  readonly failures: number;
  /** Milliseconds from the first of these tries to the last: nothing is known of the time since. */
  readonly lastedMs: number;
}

/**
 * The pause after a failure that concerns every mail, instead of trying each mail only to see it fail. It is longer after
 * each failure in a row (exponential backoff).
 */
export class ServerPause {
  readonly #schedule: { firstMs: number; maxMs: number };
  #failures = 0;
  #began = 0;
  #since = 0;
  #end = 0;
  #reason: PauseReason | undefined;

  /** @param schedule milliseconds of the first pause, and of the longest */
  constructor(schedule: { firstMs: number; maxMs: number }) {
    this.#schedule = schedule;
  }

  /** The pause that lasts now; undefined when mails are tried. */
  get current(): PauseReason | undefined {
    return this.remainingMs > 0 ? this.#reason : undefined;
  }

  /** What is known of a server that cannot be used, also while it is tried again; undefined when it can. */
  get outage(): Outage | undefined {
    if (!this.#reason) return undefined;
    return { reason: this.#reason.reason, failures: this.#failures, lastedMs: this.#since - this.#began };
  }

  /** Milliseconds until the server is tried again. */
  get remainingMs(): number {
    return Math.max(0, this.#end - performance.now());
  }

  /**
   * A try found the server unavailable.
   *
   * @param began when the try began, on the monotonic clock: one that began before the last failure makes no pause longer
   * @returns the pause that begins with this failure; undefined when the last one goes on
   */
  failed(reason: string, began: number): PauseReason | undefined {
    if (this.#reason && began < this.#since) return undefined;
    this.#failures++;
    const delayMs = retryDelayMs(this.#failures, this.#schedule);
    this.#since = performance.now();
    if (!this.#reason) this.#began = this.#since;
    this.#end = this.#since + delayMs;
    this.#reason = { reason, until: new Date(Date.now() + delayMs) };
    return this.#reason;
  }

  /**
   * A try found the server available.
   *
   * @returns whether the try before had not
   */
  succeeded(): boolean {
    const wasDown = this.#reason !== undefined;
    this.#failures = 0;
    this.#end = 0;
    this.#reason = undefined;
    return wasDown;
  }
}
