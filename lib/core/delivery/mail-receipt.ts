import type { RejectedRecipient } from '../errors/mail-delivery-error.js';
import type { DroppedRecipient } from '../message/recipient-policy.js';
import type { MailEnvelope } from '../mime/composed-mail.js';

/** What became of one send. Says what is known, never more. */
export interface MailReceipt {
  /**
   * `accepted`: the server said 250. `written`: durably in the pickup directory. `queued`: kept for later.
   * `suppressed`: policy or a hook said no; nothing left.
   */
  readonly status: 'accepted' | 'written' | 'queued' | 'suppressed';
  /** Message-ID with its angle brackets; of the first message when `MaxRecipientsOverflow` split it. */
  readonly messageId: string;
  /** Name of the delivery that took it. */
  readonly via: 'smtp' | 'pickup' | (string & {});
  /** Sender and recipients as they were handed to the delivery. */
  readonly envelope: MailEnvelope;
  /** Recipients that the mail was taken for. */
  readonly accepted: readonly string[];
  /** Recipients that the server refused. */
  readonly rejected: readonly RejectedRecipient[];
  /** Recipients that the caller named and that policy or a hook dropped. */
  readonly dropped: readonly DroppedRecipient[];
  /** The pickup file; of the first message when it was split. */
  readonly file?: string;
  /** What the server answered, without secrets. */
  readonly response?: string;
  /** The job that holds it, where a queue took it; of the first message when it was split. */
  readonly jobId?: string;
  /** Whether nothing was queued, because a send with the same key was queued before: `messageId` is that of the first. */
  readonly duplicate?: boolean;
  /** Whether the delivery of the option `fallback` took it, because the usual one could not be used. */
  readonly fallback?: boolean;
  /**
   * The receipt of every part, when a mail left in several: `MaxRecipientsOverflow` split the recipients, the server had
   * too many of them for one transaction, or a retry brought it to some of them later.
   */
  readonly messages?: readonly MailReceipt[];
}
