import type { Job } from 'bullmq';
import type { MailJob } from '../job/mail-job.js';
import type { LockTimes } from './job-lock.js';
import { JobLock, RENEWAL_PART } from './job-lock.js';

/**
 * The locks of the jobs that a worker works on. Renewed here and not by BullMQ, whose renewal follows the time of day and so
 * stops for an hour when a clock is set back by an hour.
 */
export class JobLocks {
  readonly #times: LockTimes;
  readonly #held = new Set<JobLock>();
  #timer: NodeJS.Timeout | undefined;

  constructor(times: LockTimes) {
    this.#times = times;
  }

  /** Jobs being worked on. */
  get count(): number {
    return this.#held.size;
  }

  /**
   * Keeps the lock of a job until it is released.
   *
   * @param token that the job was locked with
   */
  hold(job: Job<MailJob>, token: string): JobLock {
    const lock = new JobLock(job, token, this.#times, () => this.#release(lock));
    this.#held.add(lock);
    this.#timer ??= setInterval(() => this.#renew(), this.#times.durationMs / RENEWAL_PART).unref();
    return lock;
  }

  #renew(): void {
    for (const lock of this.#held) void lock.renew();
  }

  #release(lock: JobLock): void {
    this.#held.delete(lock);
    if (this.#held.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
