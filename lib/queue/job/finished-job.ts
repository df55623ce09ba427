import type { MailJob } from './mail-job.js';

/** What is kept of a job that was delivered: its facts, without envelope and bytes. */
export function finishedJob(job: MailJob): MailJob {
  const { content: _content, trace: _trace, ...facts } = job;
  return facts;
}
