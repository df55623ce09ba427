import type { Job, Queue } from 'bullmq';
import type { MailJob } from '../job/mail-job.js';

/** Priorities whose first mail is looked at. Reset mails and all others are two; more are the application's own. */
const MOST_PRIORITIES = 8;
/** First mails of a priority that are looked at, while they have been tried before. */
const MOST_HEADS = 3;

/**
 * When the mail was due that has waited longest, of those that a worker may take now: the first of each priority, and the first
 * of those that were to be delivered later and whose time has come, as it does where no worker runs. Mails that were tried
 * count only there: since when they wait again is not on record elsewhere.
 *
 * @returns milliseconds since 1970; undefined when nothing waits
 */
export async function oldestDue(queue: Queue<MailJob>, now: number): Promise<number | undefined> {
  const [unordered, late] = await Promise.all([
    firstUntried(queue, 'wait', 0, MOST_HEADS),
    firstDelayed(queue, now),
  ]);
  const found = [unordered, late];
  let place = 0;
  for (let count = 0; count < MOST_PRIORITIES; count++) {
    const [head] = await jobsAt(queue, 'prioritized', place, place);
    if (!head) break;
    const { priority } = head;
    const counts = await queue.getCountsPerPriority([priority]);
    const members = counts[String(priority)] ?? 0;
    const due = isTried(head)
      ? await firstUntried(queue, 'prioritized', place + 1, Math.min(members, MOST_HEADS) - 1)
      : dueAtOf(head);
    found.push(due);
    // At least one further: the numbers may have changed between two answers.
    place += Math.max(1, members);
  }
  const times = found.filter(time => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

async function firstUntried(
  queue: Queue<MailJob>,
  type: 'wait' | 'prioritized',
  from: number,
  count: number,
): Promise<number | undefined> {
  for (let place = from; place < from + count; place++) {
    const [job] = await jobsAt(queue, type, place, place);
    if (!job) return undefined;
    if (!isTried(job)) return dueAtOf(job);
  }
  return undefined;
}

/** Without a worker nobody moves a mail whose time has come among those that wait. */
async function firstDelayed(queue: Queue<MailJob>, now: number): Promise<number | undefined> {
  if ((await queue.getDelayedCount(now)) === 0) return undefined;
  const [job] = await jobsAt(queue, 'delayed', 0, 0);
  if (!job) return undefined;
  const triedAt = triedAtOf(job);
  const due = triedAt === undefined ? dueAtOf(job) : triedAt + job.delay;
  return due === undefined ? undefined : Math.min(due, now);
}

async function jobsAt(
  queue: Queue<MailJob>,
  type: 'wait' | 'prioritized' | 'delayed',
  start: number,
  end: number,
): Promise<Job<MailJob>[]> {
  // Not getJobs(): it reads every job twice, content and all.
  const ids = await queue.getRanges([type], start, end, true);
  const jobs: Job<MailJob>[] = [];
  for (const id of ids) {
    const job = await queue.getJob(id);
    if (job) jobs.push(job);
  }
  return jobs;
}

/** Somebody else may have written the job: nothing of it is sure. */
function dueAtOf(job: Job<MailJob>): number {
  const data: unknown = job.data;
  const due = numberIn(data, 'dueAt');
  return due ?? job.timestamp;
}

function isTried(job: Job<MailJob>): boolean {
  return triedAtOf(job) !== undefined;
}

function triedAtOf(job: Job<MailJob>): number | undefined {
  const data: unknown = job.data;
  return typeof data === 'object' && data !== null && 'record' in data
    ? numberIn(data.record, 'triedAt')
    : undefined;
}

function numberIn(value: unknown, key: string): number | undefined {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}
