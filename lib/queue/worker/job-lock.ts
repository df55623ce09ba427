import type { Job } from 'bullmq';
import { answerWithin } from '../../core/concurrency/answer-within.js';
import { messageOf } from '../../core/errors/error-facts.js';
import type { MailJob } from '../job/mail-job.js';
import { JobLockLostError } from './job-lock-lost-error.js';

/** A lock counts as fresh for this part of its time. */
const FRESH_PART = 3;
/** A lock is renewed when it has been held for this part of its time, and its age is looked at as often. */
export const RENEWAL_PART = 6;

/** How long locks last, and how long the store may take to answer. */
export interface LockTimes {
  /** Milliseconds after which a lock that is not renewed runs out. */
  readonly durationMs: number;
  /** Milliseconds that a renewal may take. */
  readonly answerMs: number;
}

/** The lock of one job. */
export class JobLock {
  readonly #job: Job<MailJob>;
  readonly #token: string;
  readonly #times: LockTimes;
  readonly #onRelease: () => void;
  /** When it was surely held, by the clock that nobody sets and by the time of day, which goes on while a machine sleeps. */
  #heldAt: { readonly monotonic: number; readonly wall: number };
  #renewing: Promise<boolean> | undefined;
  /** What has run out once is not held again, whatever comes later. */
  #isLost = false;

  constructor(job: Job<MailJob>, token: string, times: LockTimes, onRelease: () => void) {
    this.#job = job;
    this.#token = token;
    this.#times = times;
    this.#onRelease = onRelease;
    // The time at which the worker has asked for the job: it may have been suspended since.
    this.#heldAt = { monotonic: performance.now(), wall: job.processedOn ?? Date.now() };
  }

  /** Renews the lock when it is no longer quite fresh. Never rejects: whether it is held is told by {@link isHeld}. */
  async renew(): Promise<void> {
    if (!this.#isLost && this.#ageMs >= this.#times.durationMs / RENEWAL_PART)
      await this.#extend().catch(() => {});
  }

  /**
   * Whether the lock is held, so that no other worker can have the job. Asks the store when the lock is no longer fresh.
   *
   * @throws Error when the store does not say so in time
   */
  async isHeld(): Promise<boolean> {
    if (this.#isLost) return false;
    if (this.#ageMs < this.#times.durationMs / FRESH_PART) return true;
    const { answerMs } = this.#times;
    const overdue = (): Error => new Error(`The queue did not answer within ${answerMs} ms`);
    return answerWithin(answerMs, () => this.#extend(), overdue);
  }

  /**
   * Makes sure that no other worker can have the job.
   *
   * @throws JobLockLostError also when the store does not say so in time
   */
  async confirm(): Promise<void> {
    const held = await this.isHeld().catch((error: unknown) => {
      throw new JobLockLostError(`The lock of the job cannot be renewed: ${messageOf(error)}`, {
        cause: error,
      });
    });
    if (!held) throw new JobLockLostError('The lock of the job has run out, and another worker may have it.');
  }

  /** Ends the renewal. */
  release(): void {
    this.#onRelease();
  }

  get #ageMs(): number {
    const { monotonic, wall } = this.#heldAt;
    return Math.max(performance.now() - monotonic, Math.abs(Date.now() - wall));
  }

  #extend(): Promise<boolean> {
    this.#renewing ??= this.#ask().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #ask(): Promise<boolean> {
    const asked = { monotonic: performance.now(), wall: Date.now() };
    const held = Number(await this.#job.extendLock(this.#token, this.#times.durationMs)) > 0;
    if (held) this.#heldAt = asked;
    else this.#isLost = true;
    return held;
  }
}
