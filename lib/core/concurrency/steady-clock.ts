/** For so long a clock must have been ahead, in milliseconds, before it is believed. */
const BELIEVED_AFTER_MS = 600_000;
/** By so many milliseconds at once a clock is set ahead when it is only corrected. */
const CORRECTION_MS = 1000;

/**
 * The time of day for those who judge the age of mails. It follows a clock that is set back at once, and one that jumps
 * ahead only after ten minutes: a clock that is wrong for a moment must not make a mail old.
 */
export class SteadyClock {
  readonly #wall: () => number;
  readonly #monotonic: () => number;
  /** What the wall clock shows, less the monotonic clock, as far as it is believed. */
  #offset: number;
  /** The jump that is not believed yet: the least that the clock was ahead with, and since when on the monotonic clock. */
  #jump: { offset: number; readonly since: number } | undefined;

  /**
   * @param wall milliseconds since 1970
   * @param monotonic milliseconds of a clock that nobody sets
   */
  constructor(wall: () => number = () => Date.now(), monotonic: () => number = () => performance.now()) {
    this.#wall = wall;
    this.#monotonic = monotonic;
    this.#offset = wall() - monotonic();
  }

  /** Milliseconds since 1970. */
  now(): number {
    const monotonic = this.#monotonic();
    const offset = this.#wall() - monotonic;
    if (offset <= this.#offset + CORRECTION_MS) this.#believe(offset);
    else this.#doubt(offset, monotonic);
    return monotonic + this.#offset;
  }

  #believe(offset: number): void {
    this.#offset = offset;
    this.#jump = undefined;
  }

  #doubt(offset: number, monotonic: number): void {
    // One that jumps on is doubted anew.
    if (!this.#jump || offset > this.#jump.offset + CORRECTION_MS) this.#jump = { offset, since: monotonic };
    this.#jump.offset = Math.min(this.#jump.offset, offset);
    if (monotonic - this.#jump.since >= BELIEVED_AFTER_MS) this.#believe(offset);
  }
}
