import type { Job } from 'bullmq';
import type { MailJob } from '../job/mail-job.js';
import type { JobLock } from './job-lock.js';

/** A job in the hands of this worker. */
export interface ClaimedJob {
  readonly id: string;
  readonly job: Job<MailJob>;
  /** That the job was locked with. */
  readonly token: string;
  readonly lock: JobLock;
}
