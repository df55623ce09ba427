import type { MailReceipt } from '../delivery/mail-receipt.js';
import type { MailMessage } from '../message/mail-message.js';

/** What is known of each message of `MailService.sendMany`. */
export interface SentMailBase {
  /** Its place in the source, the first one being 0. */
  readonly index: number;
  /** The message as the source gave it. */
  readonly message: MailMessage;
}

/** A message of `MailService.sendMany` that has its receipt. Has no key `error`. */
export interface SentMailReceipt extends SentMailBase {
  /** What became of it: `accepted`, `written`, `queued` or `suppressed`. */
  readonly receipt: MailReceipt;
  readonly error?: undefined;
}

/** A message of `MailService.sendMany` that failed, or was not sent any more. Has no key `receipt`. */
export interface SentMailError extends SentMailBase {
  readonly receipt?: undefined;
  /** What `send` would have rejected with. What a hook has thrown that is no error is the `cause` of one. */
  readonly error: Error;
}

/**
 * What became of one message of `MailService.sendMany`: a receipt or an error. `if (sent.error)`, `if (sent.receipt)` and a
 * comparison of either with `undefined` tell the two apart.
 */
export type SentMail = SentMailReceipt | SentMailError;
