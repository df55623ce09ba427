import type { Mailbox as MailboxAddress } from '../core/address/mailbox.js';
import type { MailDsn } from '../core/message/mail-message.js';
import type { MailFile, MailPart } from '../core/mime/read-mail.js';
import type { SentMail } from './caught-mail.js';

/**
 * What a text must be: a string, a pattern that is found in it, or a function that says yes. A text that is not there is
 * the empty string to functions, and nothing to the others.
 */
export type TextCriterion = string | RegExp | ((text: string) => boolean);

/**
 * Who somebody must be: an address (the case of its domain does not count; with a name, `Ann <ann@contoso.com>`, the name
 * counts too), a pattern for `Ann <ann@contoso.com>`, or a function that says yes.
 */
export type AddressCriterion =
  | string
  | RegExp
  | { readonly name?: string; readonly address: string }
  | ((mailbox: MailboxAddress) => boolean);

/** What a file that came with a mail must be. Every field may be left out. */
export interface AttachmentCriteria {
  /** Its name, exactly. */
  filename?: TextCriterion;
  /** Its MIME type, exactly, without parameters. */
  contentType?: TextCriterion;
  /** Its content: octets exactly; a string is contained in it, as UTF-8. */
  content?: TextCriterion | Uint8Array;
  /** Its Content-ID, exactly and without angle brackets. */
  contentId?: TextCriterion;
}

/** A file by its name (exactly, or by a pattern), by its fields, or by a function that says yes. */
export type AttachmentCriterion = string | RegExp | AttachmentCriteria | ((file: MailFile) => boolean);

/** What a form of the bodies beside text and HTML must be. Every field may be left out. */
export interface AlternativeCriteria {
  /** Its MIME type, exactly, without parameters. */
  contentType?: TextCriterion;
  /** The parameter `method` of its type, exactly: what a calendar asks for. */
  method?: TextCriterion;
  /** Its content: octets exactly; a string is contained in it, as UTF-8. */
  content?: TextCriterion | Uint8Array;
}

/** A form of the bodies by its MIME type (exactly, without parameters, or by a pattern), by its fields, or by a function that says yes. */
export type AlternativeCriterion = string | RegExp | AlternativeCriteria | ((part: MailPart) => boolean);

/** Which reports of delivery must be asked for. Every field may be left out; `{}` is any. */
export interface DsnCriteria extends Partial<Readonly<MailDsn>> {}

/** How it must be possible to get no more mails. Every field may be left out; `{}` is any way. */
export interface UnsubscribeCriteria {
  /** The web link, exactly. */
  url?: TextCriterion;
  /** The address, or what else stands behind `mailto:`, exactly. */
  mailto?: TextCriterion;
  /** Whether a POST to the link must be enough (RFC 8058). */
  oneClick?: boolean;
}

/** What a mail must be. Every field may be left out; `{}` is any mail. */
export interface MailCriteria {
  /** Who is among the recipients that the header names and that the server did not refuse; with several, all of them; `[]` is nobody. */
  to?: AddressCriterion | readonly AddressCriterion[];
  /** The same of the recipients of a copy. */
  cc?: AddressCriterion | readonly AddressCriterion[];
  /** The same of the blind recipients. */
  bcc?: AddressCriterion | readonly AddressCriterion[];
  /** The author. */
  from?: AddressCriterion;
  /** Who gets the answers; with several, all of them; `[]` is nobody. */
  replyTo?: AddressCriterion | readonly AddressCriterion[];
  /** The subject, exactly. */
  subject?: TextCriterion;
  /** Name of the template, exactly. */
  template?: TextCriterion;
  /** Culture it was rendered in, exactly. */
  culture?: TextCriterion;
  /** Name of the mailer, exactly; `''` is the one without a name. */
  mailer?: TextCriterion;
  /** Contained in the text part. */
  text?: TextCriterion;
  /** Contained in the HTML as it stands in the mail. */
  html?: TextCriterion;
  /** Contained in one of the links. */
  link?: TextCriterion;
  /** One of the files; with several, all of them; `[]` is none. */
  attachment?: AttachmentCriterion | readonly AttachmentCriterion[];
  /** One of the forms beside text and HTML, such as a calendar; with several, all of them; `[]` is none. */
  alternative?: AlternativeCriterion | readonly AlternativeCriterion[];
  /** The sender of the envelope, to whom failures are reported; null is nobody (`<>`). */
  envelopeFrom?: AddressCriterion | null;
  /** The reports of delivery that are asked for; null is none. */
  dsn?: DsnCriteria | null;
  /** The link to unsubscribe, exactly, or the fields of it; null is none. */
  unsubscribe?: TextCriterion | UnsubscribeCriteria | null;
  /** Header fields by their names in any case, exactly. */
  header?: Readonly<Record<string, TextCriterion>>;
}

/** Says which mails are meant: criteria, all of which must hold, or a function. */
export type MailMatcher = MailCriteria | ((mail: SentMail) => boolean);
