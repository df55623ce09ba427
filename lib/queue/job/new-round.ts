import { forRetry } from './job-record.js';
import type { MailJob } from './mail-job.js';

/**
 * A job as its worker goes on with it. One that was given up and stands in the queue again was put there by an operator, with
 * `MailQueue`, the command `queue` or a dashboard: another round of tries begins. Only the worker that has the lock of the job changes its
 * record, so that two operators at the same time cannot bring back an older one.
 *
 * @param attemptsMade how often BullMQ has ended the job or put it off: tells a job that was given up from one whose worker was killed
 *   before it could do so
 * @param now milliseconds since 1970
 */
export function inNewRound(job: MailJob, attemptsMade: number, now: number): MailJob {
  const { record, content } = job;
  if (!content || record?.endedAt === undefined || record.endedIn === undefined) return job;
  return attemptsMade > record.endedIn ? { ...job, record: forRetry(record, now) } : job;
}
