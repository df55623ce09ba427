import type { Queue } from 'bullmq';
import type { QueueCounts } from '../../core/delivery/mail-delivery.js';
import type { MailJob } from '../job/mail-job.js';
import { oldestDue } from './oldest-waiting.js';

/** Counts the mails of a queue by their state, and the workers that are connected to it. */
export async function queueCounts(queue: Queue<MailJob>, now = Date.now()): Promise<QueueCounts> {
  const [counts, unordered, due, workers, paused] = await Promise.all([
    queue.getJobCounts('prioritized', 'delayed', 'active', 'failed'),
    // The count `waiting` is 0 in PostgreSQL while the queue is paused.
    queue.getCountsPerPriority([0]),
    oldestDue(queue, now),
    workerCount(queue),
    queue.isPaused(),
  ]);
  const { prioritized = 0, delayed = 0, active = 0, failed = 0 } = counts;
  return {
    waiting: prioritized + (unordered['0'] ?? 0),
    delayed,
    active,
    failed,
    // A clock that was set back must not make it negative.
    ...(due !== undefined && { oldestAgeMs: Math.max(0, now - due) }),
    ...(workers !== undefined && { workers }),
    ...(paused && { paused }),
  };
}

/** @returns undefined where the store does not tell: the command CLIENT LIST may be forbidden to this account, or unknown */
async function workerCount(queue: Queue<MailJob>): Promise<number | undefined> {
  try {
    const workers: readonly object[] = await queue.getWorkers();
    // BullMQ makes up a client where the command is unknown; it has no name of its own.
    return workers.every(worker => 'rawname' in worker) ? workers.length : undefined;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/** Whether Redis has answered, with a refusal: not whether it could be asked. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}
