/** Milliseconds that a call on this thread may take: a folder's names and small files in memory take a few hundredths. */
const ALLOWED_MS = 0.5;
/** So much longer calls may have taken, those that were shorter taken off, before other threads make them. */
const MOST_OVERDRAWN_MS = 20;
/** For so long they do; then it is found out whether the file system has become quick again. */
const REST_MS = 10_000;

/**
 * Tells whether a file system is so quick that its calls are made at once on this thread. To hand a call to another thread takes
 * longer than most calls do, but a slow one would hold up everything else that the application does.
 */
export class CallBudget {
  readonly #now: () => number;
  #overdrawnMs = 0;
  #slowUntil = -Infinity;

  /** @param now a monotonic clock in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whether the next call may be made on this thread. */
  get isThere(): boolean {
    return this.#slowUntil === -Infinity || this.#now() >= this.#slowUntil;
  }

  /** Makes a call on this thread, and counts the time that it takes, whatever comes of it. */
  spend<T>(call: () => T): T {
    const began = this.#now();
    try {
      return call();
    } finally {
      const ended = this.#now();
      this.#overdrawnMs = Math.max(0, this.#overdrawnMs + ended - began - ALLOWED_MS);
      if (this.#overdrawnMs > MOST_OVERDRAWN_MS) {
        this.#overdrawnMs = 0;
        this.#slowUntil = ended + REST_MS;
      }
    }
  }
}
