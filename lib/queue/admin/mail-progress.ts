import type { QueuedMailProgress } from '../../core/delivery/mail-delivery.js';
import { progressOf } from '../job/job-record.js';
import type { MailJob } from '../job/mail-job.js';
import { openContent } from '../job/open-content.js';
import { readJob } from '../job/read-job.js';
import type { SealingKeys } from '../job/sealing-keys.js';
import { reasonText } from './failed-mail.js';
import type { QueueAccess } from './queue-access.js';

const UNKNOWN: QueuedMailProgress = { state: 'unknown', accepted: [], rejected: [], attempts: 0 };

/** The states of BullMQ in the words of a mail; those that are not here are waiting. */
const STATES: Readonly<Record<string, QueuedMailProgress['state']>> = {
  delayed: 'delayed',
  active: 'active',
  completed: 'delivered',
  failed: 'failed',
};

/** How far a mail has come: where its job stands, and what is on record of its recipients. */
export async function mailProgress(
  access: QueueAccess,
  keys: SealingKeys,
  id: string,
): Promise<QueuedMailProgress> {
  // First the state: what is on record is never older then.
  const state = await access.ask(queue => queue.getJobState(id));
  const job = state === 'unknown' ? undefined : await access.ask(queue => queue.getJob(id));
  if (!job) return UNKNOWN;
  const data = readable(job.data);
  const stands = stateOf(state, data);
  if (!data) {
    const reason = reasonText(job.failedReason);
    return { ...UNKNOWN, state: stands, attempts: job.attemptsMade, ...(reason !== '' && { reason }) };
  }
  const {
    state: _state,
    reason: recorded,
    ...progress
  } = progressOf({
    ...data,
    recipients: addressesOf(id, data, keys) ?? data.recipients,
  });
  // A mail may be given up for another reason than its recipients: nobody can open it.
  const reason = state === 'failed' ? reasonText(job.failedReason) || recorded : recorded;
  return { ...progress, state: stands, ...(reason !== undefined && { reason }) };
}

/**
 * The state of a mail.
 *
 * @param state that of its job
 * @param data of its job; undefined when that cannot be read
 */
export function stateOf(state: string, data: MailJob | undefined): QueuedMailProgress['state'] {
  const stands = STATES[state] ?? 'waiting';
  const isOver = stands === 'delivered' || stands === 'failed';
  return (isOver && data && progressOf(data).state) || stands;
}

/** The data of a job; undefined when it is damaged, of a newer version, or of another program. */
export function readable(data: unknown): MailJob | undefined {
  try {
    return readJob(data);
  } catch {
    return undefined;
  }
}

/** The addresses of a mail whose content is in its job and opens; what is elsewhere may be large, and is asked for often. */
function addressesOf(id: string, job: MailJob, keys: SealingKeys): readonly string[] | undefined {
  if (job.content?.bytes === undefined) return undefined;
  try {
    return openContent({ id, job }, keys).envelope.to;
  } catch {
    return undefined;
  }
}
