import type { QueuedMailProgress } from '../../core/delivery/mail-delivery.js';
import type { MailReceipt } from '../../core/delivery/mail-receipt.js';
import type { MailEnvelope } from '../../core/mime/composed-mail.js';

/** Why a mail was not delivered, as data. */
export interface PreviewFailure {
  readonly name: string;
  readonly message: string;
  /** Whatever else the error says, such as `code`, `phase`, `responseCode` and `transcript`. */
  readonly [detail: string]: unknown;
}

/** One mail of the page *Mailbox*. Its content is read only when a page shows it. */
export interface PreviewMail {
  /** Only letters, digits and hyphens. */
  readonly id: string;
  /** When its send began, or its file was written; in milliseconds since 1970. */
  readonly at: number;
  readonly status: MailReceipt['status'] | 'failed';
  /** Sender, recipients and the reports that are asked for; undefined when they are not known. */
  readonly envelope?: MailEnvelope;
  readonly mailer?: string;
  readonly template?: string;
  readonly culture?: string;
  readonly receipt?: MailReceipt;
  /** What has become of it since, where a queue has taken it. @default not asked yet */
  readonly progress?: QueuedMailProgress;
  readonly error?: PreviewFailure;
  /** Name of the file, where it is one. */
  readonly file?: string;
  /** Octets of the content. */
  readonly size: number;
  /** What is wrong with it, where something is. */
  readonly problem?: string;
  /** Its header, and perhaps more. */
  head(): Promise<Buffer>;
  /** All of it; undefined when there is none, it is too large, or it is gone. */
  content(): Promise<Buffer | undefined>;
}

/** The mails as they are at one moment. */
export interface PreviewListing {
  /** The newest first. */
  readonly mails: readonly PreviewMail[];
  /** How many more there were, or are, that are not among them. */
  readonly omitted: number;
  /** What keeps the mails from being read; undefined when nothing does. */
  readonly problem?: string;
}

/** Where the page *Mailbox* has its mails from. */
export interface PreviewMails {
  /** What it shows, for people. */
  readonly description: string;
  /** What becomes of the mails when all are deleted, for people. */
  readonly deletion: string;
  /** Why mails can be missing from the listing. */
  readonly omission: string;
  /** Milliseconds after which a page should reload the list; undefined when changes are published as events. */
  readonly pollMs?: number;
  list(): Promise<PreviewListing>;
  find(id: string): Promise<PreviewMail | undefined>;
  /** Deletes all mails. */
  clear(): Promise<void>;
}
