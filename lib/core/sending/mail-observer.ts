import type { QueuedDeliverOptions } from '../delivery/mail-delivery.js';
import type { MailReceipt } from '../delivery/mail-receipt.js';
import type { ComposedMail } from '../mime/composed-mail.js';

/** One send as it ended: what an outbox shows, and what a test looks at. */
export interface ObservedSend {
  /** Name of the mailer (option `name` of `MailModule`); undefined for the one without a name. */
  readonly mailer: string | undefined;
  /** When it began, in milliseconds since 1970. */
  readonly begunAt: number;
  /** Name of the template, where the content came from one. */
  readonly template?: string;
  /** The cultures it was rendered in, joined by a comma. */
  readonly culture?: string;
  /** What the send asked of a queue; undefined when it asked nothing. */
  readonly queue?: QueuedDeliverOptions;
  /**
   * The finished mail, or the several into which it was split. Empty when the send failed before. Where the receipt says
   * `suppressed` it is what would have gone to those who were named, had they not been dropped.
   */
  readonly mails: readonly ComposedMail[];
  /** What became of it; undefined when it failed. */
  readonly receipt?: MailReceipt;
  /** Why it failed; undefined when it did not. */
  readonly error?: unknown;
}

/**
 * Sees every mail of an application as it was put together, with what became of it. For tools of development alone: the
 * attachments of what it sees are read into memory. A send has ended only when it has returned.
 */
export interface MailObserver {
  observe(send: ObservedSend): void | Promise<void>;
}
