import { printable } from '../../core/redaction/printable.js';
import { isJobId } from '../job/job-id.js';
import type { MailJob } from '../job/mail-job.js';
import { contentName } from '../store/content-name.js';
import { readable } from './mail-progress.js';
import { MailQueueError } from './mail-queue-error.js';
import type { MailQueueParts } from './mail-queue-parts.js';
import type { QueueAccess } from './queue-access.js';
import { notFound } from './retry-failed.js';

/**
 * Takes a mail out of the queue with its bytes.
 *
 * @throws MailQueueError when the queue does not have it, or a worker has it
 */
export async function dropMail(
  access: QueueAccess,
  { store, directory }: Pick<MailQueueParts, 'store' | 'directory'>,
  id: string,
): Promise<void> {
  // First the state: an id such as "meta" names a key of the queue itself, which is no job and must not go.
  const state = await access.ask(queue => queue.getJobState(id));
  if (state === 'unknown') throw notFound(id);
  const job = state === 'active' ? undefined : await access.ask(queue => queue.getJob(id));
  const removed = job !== undefined && (await access.ask(queue => queue.remove(id), true)) === 1;
  if (!removed) {
    if (state !== 'active' && (await access.ask(queue => queue.getJobState(id))) === 'unknown')
      throw notFound(id);
    throw new MailQueueError(
      `The mail ${printable(id)} cannot be dropped now: a worker is delivering it. Try again when it has ended.`,
      { jobId: id, refusal: 'active' },
    );
  }
  // The job first: without its bytes it would fail, while bytes without a job are swept.
  await removeContent(id, readable(job.data), { store, directory });
}

/** Only of a job that reads as one of ours: its name becomes that of a file. */
async function removeContent(
  id: string,
  job: MailJob | undefined,
  { store, directory }: Pick<MailQueueParts, 'store' | 'directory'>,
): Promise<void> {
  const place = job?.content?.place;
  if (!job || place === undefined || !isJobId(id)) return;
  const contents = place === 'directory' ? directory : store.contents;
  const name = job.content?.name ?? contentName(id, job.token);
  await contents?.remove(name).catch(() => {});
}
