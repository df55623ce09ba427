import type { MailMessage } from '../message/mail-message.js';
import type { ComposedMail } from '../mime/composed-mail.js';

/** What is known of one send while it runs: hooks, the log and the telemetry are told of it afterwards. */
export interface SendRecord {
  /** The message as the caller, and then the hooks, left it. */
  message: MailMessage;
  /** Texts in the message that no error or log may show. */
  readonly secrets: readonly string[];
  /** In milliseconds since 1970. */
  readonly begunAt: number;
  messageId?: string;
  /** Name of the template as the message has it. */
  template?: string;
  /** Cultures that it was rendered in. */
  culture?: string;
  /** Addresses that the message names, blind ones included. */
  recipients: readonly string[];
  /** The finished mails; kept only where somebody observes the send. */
  mails: readonly ComposedMail[];
  /** Tries to deliver it beyond the first. */
  retries: number;
}
