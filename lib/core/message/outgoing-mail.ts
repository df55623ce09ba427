import type { Mailbox } from '../address/mailbox.js';
import type { MailAlternative, MailAttachment, MailDsn, MailPriority } from './mail-message.js';
import type { HeaderPairs } from './message-headers.js';
import type { Recipients } from './recipients.js';

/** Subject and bodies of a mail. */
export interface MailContent {
  readonly subject?: string;
  readonly html?: string;
  readonly text?: string;
  /** Whether no text part is made of the HTML. @default false */
  readonly noText?: boolean;
}

/** The name and variables of a template, as a message asks for them. */
export interface TemplateRequest {
  readonly template: string;
  readonly context: object;
  readonly culture?: string;
  /** IANA name of the time zone of its dates. @default that of the templates */
  readonly timeZone?: string;
  /** Takes the place of the template's subject. */
  readonly subject?: string;
  /** Whether the text part is left out. @default false */
  readonly noText?: boolean;
}

/** A message after checking: everything parsed, nothing rendered yet. */
export interface OutgoingMail {
  readonly from: readonly Mailbox[];
  readonly sender?: Mailbox;
  /** The address that bounces go to, where it is not that of the sender or author; empty for the null reverse-path. */
  readonly envelopeFrom?: string;
  /** Which reports of delivery the server is asked for. */
  readonly dsn?: Readonly<MailDsn>;
  readonly replyTo: readonly Mailbox[];
  readonly recipients: Recipients;
  readonly content: MailContent | TemplateRequest;
  readonly attachments: readonly MailAttachment[];
  /** Further parts beside text and HTML. */
  readonly alternatives: readonly MailAlternative[];
  /** Whether the message says that no person wrote it. Of mails made by templates that is known without it. */
  readonly automatic: boolean;
  /** The caller's own, and those that fields such as `unsubscribe` stand for. */
  readonly headers: HeaderPairs;
  readonly priority: MailPriority;
  readonly messageId?: string;
  readonly inReplyTo?: string;
  readonly references: readonly string[];
  /** Texts that must not be shown, as the message names them. */
  readonly secrets: readonly string[];
}

/** Whether a mail's content comes from a template. */
export function isTemplateRequest(content: MailContent | TemplateRequest): content is TemplateRequest {
  return 'template' in content;
}
