import type { DroppedRecipient, MailReceipt } from 'nest-mailroom';

/** What became of one notification, for the web page and the endpoints. Holds no content, so no secret. */
export interface MailOutcome {
  readonly template: string;
  /** Login of the person. */
  readonly person: string;
  /** Language that was asked for. */
  readonly culture: string;
  readonly status: MailReceipt['status'] | 'failed';
  readonly messageId?: string;
  /** The job that holds it, where a queue took it. */
  readonly jobId?: string;
  readonly accepted: readonly string[];
  readonly dropped: readonly DroppedRecipient[];
  /** Why it failed. */
  readonly problem?: string;
}
