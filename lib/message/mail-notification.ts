import type { MailAttachment, MailboxList } from './mail-message.js';

/** How serious a notification is. */
export type NotificationSeverity = 'info' | 'success' | 'warning' | 'error';

/** What the built-in template `notification` shows. */
export interface NotificationContext {
  /** Subject and heading. */
  title: string;
  /** First line, such as `Hello Ann,`. */
  greeting?: string;
  /** Paragraphs. */
  lines: readonly string[];
  /** A table below the paragraphs. */
  table?: { columns: readonly string[]; rows: readonly (readonly (string | number)[])[] };
  /** A button. The URL is https, http or mailto. */
  action?: { label: string; url: string };
  /** Small print. */
  footer?: string;
  /** Colour and label of the heading. @default none */
  severity?: NotificationSeverity;
}

/** A notification and who gets it. */
export interface MailNotification extends NotificationContext {
  /** Recipients named in the To header. */
  to?: MailboxList;
  /** Recipients named in the Cc header. */
  cc?: MailboxList;
  /** Blind recipients. */
  bcc?: MailboxList;
  /** Where answers go. */
  replyTo?: MailboxList;
  /** Language, as a BCP 47 tag. @default the default culture */
  culture?: string;
  /** Files that travel with the mail. */
  attachments?: readonly MailAttachment[];
}
