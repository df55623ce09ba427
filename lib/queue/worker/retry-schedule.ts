import type { SteadyClock } from '../../core/concurrency/steady-clock.js';
import { retryDelayMs } from '../../core/delivery/retry-delay.js';
import { startOf } from '../job/job-record.js';
import type { JobRecord, MailJob, OverdueTries } from '../job/mail-job.js';

/** So many tries must have found a mail too old before it is given up: it may have waited for a worker all that time. */
const OVERDUE_TRIES = 2;
/** Milliseconds between the first of these tries and the last: a clock that is wrong at a start is often right soon. */
const LEAST_MS = 5000;
const SECOND_MS = 1000;
const DAY_MS = 86_400_000;

/** When mails are tried again, and when they are given up. */
export interface RetryLimits {
  /** Tries in all. */
  readonly attempts: number;
  readonly firstMs: number;
  readonly maxMs: number;
  readonly giveUpAfterMs: number;
}

/** What comes after a try that has left recipients without the mail. */
export type NextTry =
  { readonly kind: 'again'; readonly waitMs: number } | { readonly kind: 'never'; readonly reason: string };

/**
 * Decides about further tries of a mail. Age alone condemns none, because a worker that was off finds nothing but old mails, and
 * a clock may jump: they have to be tried twice since they were found too old.
 */
export class RetrySchedule {
  readonly #limits: RetryLimits;
  readonly #clock: SteadyClock;

  /** @param clock the time of day, as far as it is believed */
  constructor(limits: RetryLimits, clock: SteadyClock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /**
   * How often a mail was found too old, one more try included.
   *
   * @returns undefined when it is not too old
   */
  overdue(job: Pick<MailJob, 'dueAt' | 'record'>): OverdueTries | undefined {
    const now = this.#clock.now();
    if (startOf(job) > now - this.#limits.giveUpAfterMs) return undefined;
    const before = job.record?.overdue;
    // A moment that is still to come was recorded while the clock was wrong.
    return { tries: (before?.tries ?? 0) + 1, since: Math.min(before?.since ?? now, now) };
  }

  /** What comes after a try. */
  after({ tries, overdue }: Pick<JobRecord, 'tries' | 'overdue'>): NextTry {
    const { attempts, giveUpAfterMs } = this.#limits;
    if (tries >= attempts)
      return { kind: 'never', reason: `Given up after ${tries} ${tries === 1 ? 'try' : 'tries'}` };
    const lastTryInMs = this.#lastTryInMs(overdue);
    if (overdue && overdue.tries >= OVERDUE_TRIES && lastTryInMs === 0)
      return { kind: 'never', reason: `Given up, because the mail was due ${ageWords(giveUpAfterMs)} ago` };
    return { kind: 'again', waitMs: Math.max(retryDelayMs(Math.max(1, tries), this.#limits), lastTryInMs) };
  }

  /** Milliseconds that the last try of a mail has to wait at least. */
  #lastTryInMs(overdue: OverdueTries | undefined): number {
    if (!overdue) return 0;
    const leastMs = Math.min(LEAST_MS, this.#limits.giveUpAfterMs);
    return Math.max(0, overdue.since + leastMs - this.#clock.now());
  }
}

function ageWords(ms: number): string {
  const days = ms / DAY_MS;
  return days >= 1 ? `more than ${Math.round(days * 10) / 10} days` : `more than ${ms / SECOND_MS} s`;
}
