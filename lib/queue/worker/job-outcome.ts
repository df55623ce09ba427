import { everybodyHasIt, pendingOf } from '../job/job-record.js';
import type { MailJob } from '../job/mail-job.js';
import type { MailDeferred, MailDelivered, MailFailed } from './queue-worker-event.js';
import { reasonOf } from './refusal-reason.js';

/** What is to be done with a job, all of which is on record already. */
export type JobOutcome =
  /** `event`: undefined when an earlier worker has done it all but this. */
  | { readonly kind: 'completed'; readonly event?: Omit<MailDelivered, 'jobId'> }
  | { readonly kind: 'failed'; readonly event: Omit<MailFailed, 'jobId'> }
  | {
      readonly kind: 'deferred';
      readonly waitMs: number;
      readonly event: Omit<MailDeferred, 'jobId' | 'until'>;
    }
  /** It cannot be read or reached now; `reason` without a full stop. */
  | { readonly kind: 'put-off'; readonly reason: string }
  /** Nothing was found out of it: another worker, or this one later, is to take it. */
  | { readonly kind: 'returned' }
  /** It is not in the hands of this worker any more, or must not be touched. */
  | { readonly kind: 'left' };

/** What every event tells of a mail. */
export function factsOf({
  messageId,
  template,
  record,
}: MailJob): Pick<MailDelivered, 'messageId' | 'template' | 'attempts'> {
  return { messageId, ...(template !== undefined && { template }), attempts: record?.tries ?? 0 };
}

/**
 * What is to be done with a job of which an earlier worker has put on record that nobody waits any more: it was killed before
 * it could complete it or fail it.
 *
 * @returns undefined when somebody waits
 */
export function outcomeOnRecord(job: MailJob): JobOutcome | undefined {
  const { record, recipients } = job;
  if (!record) return undefined;
  if (everybodyHasIt(job)) return { kind: 'completed' };
  const isOver = record.endedAt !== undefined || pendingOf(record, recipients.length).length === 0;
  return isOver ? failure(job) : undefined;
}

/**
 * A mail that is given up while somebody does not have it: it is kept with its bytes, also where others have it, so that an
 * operator can send it to those who do not.
 *
 * @param why what was decided, before what the server said last. @default only that is said
 */
export function failure(job: MailJob, why?: string): JobOutcome {
  const { refused = [], deferred = [] } = job.record ?? {};
  const recipients = job.record?.delivered.length ?? 0;
  const answer = reasonOf([...refused, ...deferred], job);
  const lacking = job.recipients.length - recipients;
  const whom = recipients > 0 ? `${lacking} of ${job.recipients.length} recipients: ` : '';
  const reason = whom + (why === undefined ? answer : `${why}; the last answer was: ${answer}`);
  return { kind: 'failed', event: { type: 'failed', ...factsOf(job), recipients, reason } };
}
