import type { MailErrorCode } from '../../core/errors/mail-error-code.js';
import { MailError } from '../../core/errors/mail-error.js';

/** The codes that a {@link MailQueueError} can carry. */
export type MailQueueErrorCode = Extract<MailErrorCode, 'EMAILQUEUE'>;

/** Why a mail of a queue is left as it is. */
export type MailQueueRefusal = 'not-found' | 'not-failed' | 'active';

/** What `MailQueue` was asked to do with a mail cannot be done: the queue does not have it, or it is in another state. Nothing was changed. */
export class MailQueueError extends MailError {
  declare readonly code: MailQueueErrorCode;
  /** The job that was asked for. */
  readonly jobId: string;
  /** `not-found`: the queue does not have it, or not any more. `not-failed`: only what was given up can be tried again. `active`: a worker has it. */
  readonly refusal: MailQueueRefusal;

  constructor(message: string, details: { jobId: string; refusal: MailQueueRefusal; cause?: unknown }) {
    super('EMAILQUEUE', message, { cause: details.cause });
    this.jobId = details.jobId;
    this.refusal = details.refusal;
  }
}
