/** Seconds that are counted, each in a slot of its own. */
const SECONDS = 60;

/** Counts what happened in the last minute, second by second. */
export class RateMeter {
  readonly #counts = Array.from({ length: SECONDS }, () => 0);
  #second = 0;

  /** Counts one event that happens now. */
  count(): void {
    this.#advance();
    const slot = this.#second % SECONDS;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
  }

  /** How many events were counted in the last 60 seconds. */
  get perMinute(): number {
    this.#advance();
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  #advance(): void {
    const now = Math.floor(performance.now() / 1000);
    const passed = Math.min(now - this.#second, SECONDS);
    for (let step = 1; step <= passed; step++) this.#counts[(this.#second + step) % SECONDS] = 0;
    if (passed === SECONDS) this.#counts.fill(0);
    this.#second = now;
  }
}
