import type { SteadyClock } from '../concurrency/steady-clock.js';

/** So many tries must have found a mail too old before it is given up: those before may be of a time long ago. */
const OVERDUE_TRIES = 2;
/** Milliseconds between the first of these tries and the last: a clock that is wrong at a start is often right soon. */
const LEAST_MS = 5000;
const SECOND_MS = 1000;
const DAY_MS = 86_400_000;

/** Tries at which a mail was too old to be tried again. */
export interface OverdueTries {
  readonly tries: number;
  /** When the first of them was, in milliseconds since 1970. */
  readonly since: number;
}

/** What is known of a mail that is judged. */
export interface JudgedMail {
  /** Tries in all. */
  readonly attempts: number;
  /** The tries in a row, up to the last one, at which it was too old. */
  readonly overdue?: OverdueTries | undefined;
}

/**
 * Decides when a mail is too old to be tried again. Age alone condemns none, because a relay or a worker that was off finds nothing
 * but old mails, and a clock may jump: they have to be tried twice since.
 */
export class AgeLimit {
  readonly #limitMs: number;
  readonly #clock: SteadyClock;

  /**
   * @param limitMs age in milliseconds
   * @param clock the time of day, as far as it is believed
   */
  constructor(limitMs: number, clock: SteadyClock) {
    this.#limitMs = limitMs;
    this.#clock = clock;
  }

  /** A mail that is from before this moment is too old; milliseconds since 1970. */
  get oldest(): number {
    return this.#clock.now() - this.#limitMs;
  }

  /**
   * Judges a mail at one more try.
   *
   * @param from when it was written, or due, in milliseconds since 1970
   * @param before what was known before the try
   * @returns undefined when it is not too old
   */
  judge(from: number, before: OverdueTries | undefined): OverdueTries | undefined {
    if (from > this.oldest) return undefined;
    const now = this.#clock.now();
    // A moment that is still to come was recorded while the clock was wrong.
    return { tries: (before?.tries ?? 0) + 1, since: Math.min(before?.since ?? now, now) };
  }

  /** Whether a mail is to be given up. */
  isOver({ attempts, overdue }: JudgedMail): boolean {
    if (!overdue || attempts < OVERDUE_TRIES || overdue.tries < OVERDUE_TRIES) return false;
    return this.lastTryInMs(overdue) === 0;
  }

  /** Milliseconds that the last try of a mail has to wait at least. */
  lastTryInMs(overdue: OverdueTries | undefined): number {
    if (!overdue) return 0;
    return Math.max(0, overdue.since + Math.min(LEAST_MS, this.#limitMs) - this.#clock.now());
  }

  /** The limit in words, such as `5 days`. */
  get words(): string {
    const days = this.#limitMs / DAY_MS;
    return days >= 1 ? `${Math.round(days * 10) / 10} days` : `${this.#limitMs / SECOND_MS} s`;
  }
}
