import type { SteadyClock } from '../../core/concurrency/steady-clock.js';
import type { OverdueTries } from '../../core/delivery/age-limit.js';
import { AgeLimit } from '../../core/delivery/age-limit.js';
import { retryDelayMs } from '../../core/delivery/retry-delay.js';
import { startOf } from '../job/job-record.js';
import type { JobRecord, MailJob } from '../job/mail-job.js';

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

/** Decides about further tries of a mail. */
export class RetrySchedule {
  readonly #limits: RetryLimits;
  readonly #age: AgeLimit;

  /** @param clock the time of day, as far as it is believed */
  constructor(limits: RetryLimits, clock: SteadyClock) {
    this.#limits = limits;
    this.#age = new AgeLimit(limits.giveUpAfterMs, clock);
  }

  /**
   * How often a mail was found too old, one more try included.
   *
   * @returns undefined when it is not too old
   */
  overdue(job: Pick<MailJob, 'dueAt' | 'record'>): OverdueTries | undefined {
    return this.#age.judge(startOf(job), job.record?.overdue);
  }

  /** What comes after a try. */
  after({ tries, overdue }: Pick<JobRecord, 'tries' | 'overdue'>): NextTry {
    if (tries >= this.#limits.attempts)
      return { kind: 'never', reason: `Given up after ${tries} ${tries === 1 ? 'try' : 'tries'}` };
    if (this.#age.isOver({ attempts: tries, overdue }))
      return { kind: 'never', reason: `Given up, because the mail was due more than ${this.#age.words} ago` };
    const waitMs = retryDelayMs(Math.max(1, tries), this.#limits);
    return { kind: 'again', waitMs: Math.max(waitMs, this.#age.lastTryInMs(overdue)) };
  }
}
