import type { FailedMail } from './failed-mail.js';
import { failedMail } from './failed-mail.js';
import type { QueueAccess } from './queue-access.js';

/** Jobs that are read at a time: each may hold some hundred kilobytes. */
const AT_ONCE = 10;

/** A part of the mails that were given up, those first that failed last. */
export async function failedMails(access: QueueAccess, start: number, size: number): Promise<FailedMail[]> {
  const ids = await access.ask(queue => queue.getRanges(['failed'], start, start + size - 1, false));
  const mails: FailedMail[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE);
    const jobs = await access.ask(queue => Promise.all(some.map(id => queue.getJob(id))));
    // One that is tried again or dropped meanwhile is no failed mail any more.
    for (const job of jobs)
      if (job?.finishedOn !== undefined && job.failedReason) mails.push(failedMail(job));
  }
  return mails;
}
