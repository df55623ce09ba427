import type { Mailbox as MailboxAddress } from '../core/address/mailbox.js';
import type { MailFile } from '../core/mime/read-mail.js';
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
  /** Header fields by their names in any case, exactly. */
  header?: Readonly<Record<string, TextCriterion>>;
}

/** Says which mails are meant: criteria, all of which must hold, or a function. */
export type MailMatcher = MailCriteria | ((mail: SentMail) => boolean);
