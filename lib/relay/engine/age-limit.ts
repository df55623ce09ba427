import type { SteadyClock } from '../../core/concurrency/steady-clock.js';
import type { MailState, OverdueTries } from '../spool/mail-states.js';

/** So many tries must have found a mail too old before it is given up: those before may be of a time long ago. */
const OVERDUE_TRIES = 2;
/** Milliseconds between the first of these tries and the last: a clock that is wrong at a start is often right soon. */
const LEAST_MS = 5000;
const SECOND_MS = 1000;
const DAY_MS = 86_400_000;

/**
 * Decides when a mail is too old to be tried again. Age alone condemns none, because a relay that was off finds nothing but
 * old mails: they have to be tried twice since.
 */
export class AgeLimit {
  readonly #limitMs: number;
  readonly #clock: SteadyClock;

  /**
   * @param limitMs age in milliseconds
   * @param clock the time of day as the folder's file system has it
   */
  constructor(limitMs: number, clock: SteadyClock) {
    this.#limitMs = limitMs;
    this.#clock = clock;
  }

  /** A file that was written before this moment is too old; milliseconds since 1970. */
  get oldest(): number {
    return this.#clock.now() - this.#limitMs;
  }

  /**
   * Judges a mail at one more try.
   *
   * @param before what was known before the try
   * @returns undefined when it is not too old
   */
  judge(mtimeMs: number, before: OverdueTries | undefined): OverdueTries | undefined {
    if (mtimeMs > this.oldest) return undefined;
    const now = this.#clock.now();
    // A moment that is still to come was recorded while the clock was wrong.
    return { tries: (before?.tries ?? 0) + 1, since: Math.min(before?.since ?? now, now) };
  }

  /** Whether a mail is to be given up. */
  isOver({ attempts, overdue }: Pick<MailState, 'attempts' | 'overdue'>): boolean {
    if (!overdue || attempts < OVERDUE_TRIES || overdue.tries < OVERDUE_TRIES) return false;
    return this.lastTryInMs(overdue) === 0;
  }

  /** Milliseconds that the last try of a mail has to wait at least. */
  lastTryInMs(overdue: OverdueTries | undefined): number {
    if (!overdue) return 0;
    return Math.max(0, overdue.since + Math.min(LEAST_MS, this.#limitMs) - this.#clock.now());
  }

  /** Why a mail is given up. */
  get reason(): string {
    const days = this.#limitMs / DAY_MS;
    const age = days >= 1 ? `${Math.round(days * 10) / 10} days` : `${this.#limitMs / SECOND_MS} s`;
    return `Given up, because the file is older than ${age}`;
  }
}
