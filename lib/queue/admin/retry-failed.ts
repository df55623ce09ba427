import type { Queue } from 'bullmq';
import { printable } from '../../core/redaction/printable.js';
import type { MailJob } from '../job/mail-job.js';
import { MailQueueError } from './mail-queue-error.js';
import type { QueueAccess } from './queue-access.js';

/** How `retryAll` is asked. */
export interface RetryAllOptions {
  /** Ends it between two mails; what was put back before stays so. */
  signal?: AbortSignal;
  /** Told after each batch how many of all were put back. */
  onProgress?: (retried: number, failed: number) => void;
}

/** Mails that are put back at a time. */
const BATCH = 100;
const NOT_THERE = -1;
const NOT_FAILED = -3;

/**
 * Puts a mail that was given up back among those that wait. Only its place in the queue changes, in one step that succeeds once: its
 * record belongs to the worker that takes it, which makes refused recipients pending again. Who has the mail gets it no second time.
 *
 * @throws MailQueueError when there is none of that id, or it was not given up
 */
export async function retryFailed(queue: Queue<MailJob>, id: string): Promise<void> {
  const { Job } = await import('bullmq');
  // Without its data: nothing of it is needed, and it may be large.
  const job = new Job<undefined>(queue, 'mail', undefined, {}, id);
  try {
    await job.retry('failed');
  } catch (error) {
    throw refusal(id, error);
  }
}

/**
 * Puts back all mails that have been given up by now, those first that failed first. Another who does the same meanwhile, or drops some, is
 * no error.
 *
 * @returns how many it has put back
 */
export async function retryAllFailed(access: QueueAccess, options: RetryAllOptions): Promise<number> {
  const { signal, onProgress } = options;
  const failed = await access.ask(queue => queue.getFailedCount());
  // Those that cannot be put back keep their places before all others.
  const stuck = new Set<string>();
  let looked = 0;
  let retried = 0;
  // What fails again meanwhile stands behind the others; the count keeps it from being tried without end.
  while (looked < failed) {
    if (signal?.aborted === true) break;
    const most = stuck.size + Math.min(BATCH, failed - looked);
    const listed = await access.ask(queue => queue.getRanges(['failed'], 0, most - 1, true));
    const ids = listed.filter(id => !stuck.has(id));
    if (ids.length === 0) break;
    const done = await Promise.allSettled(ids.map(id => access.ask(queue => retryFailed(queue, id), true)));
    for (const [index, one] of done.entries()) {
      if (one.status === 'fulfilled') retried++;
      else if (one.reason instanceof MailQueueError) stuck.add(ids[index] ?? '');
      else throw one.reason;
    }
    looked += ids.length;
    onProgress?.(retried, failed);
  }
  return retried;
}

function refusal(id: string, error: unknown): unknown {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === NOT_THERE) return notFound(id, error);
  if (code === NOT_FAILED)
    return new MailQueueError(
      `The mail ${printable(id)} was not given up: it waits, is being delivered, or is delivered. Only a mail that has failed can be tried again.`,
      { jobId: id, refusal: 'not-failed', cause: error },
    );
  return error;
}

/** The error for an id that the queue does not know. */
export function notFound(id: string, cause?: unknown): MailQueueError {
  return new MailQueueError(
    `The queue has no mail ${printable(id)}: the id may be mistyped, or the mail was dropped, or its time in keepCompleted or keepFailed is over.`,
    { jobId: id, refusal: 'not-found', cause },
  );
}
