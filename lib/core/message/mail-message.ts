import type { Readable } from 'node:stream';
import type { MailboxInput } from '../address/mailbox.js';
import type { KnownMailTemplates, MailTemplates } from './mail-templates.js';

/** One mailbox or several. A string holds exactly ONE mailbox; a list is an array. */
export type MailboxList = MailboxInput | readonly MailboxInput[];

/** How urgent a mail is; `normal` writes no header. */
export type MailPriority = 'high' | 'normal' | 'low';

/** What every attachment may say. */
export interface AttachmentDescription {
  /** File name that the recipient sees. @default the base name of `path`, else `attachment-<n>` */
  filename?: string;
  /** MIME type. @default guessed from the file name */
  contentType?: string;
  /** Content-ID for `<img src="cid:…">` in the HTML; makes the attachment inline. */
  cid?: string;
}

/** A file that travels with a mail: its content, or the path of a file that the developer names. */
export type MailAttachment =
  | (AttachmentDescription & {
      /** The content; a stream is read once, when the mail leaves. */ content:
        Buffer | Uint8Array | string | Readable;
      path?: never;
    })
  | (AttachmentDescription & {
      /** A file on this machine. Never let user input choose it. */ path: string;
      content?: never;
    });

/** When the server is asked to report what becomes of a mail (RFC 3461 4.1). */
export type DsnNotify = 'never' | 'success' | 'failure' | 'delay';

/** Which reports of delivery are asked for (RFC 3461). Only a server that offers DSN is asked; the others report as they like. */
export interface MailDsn {
  /** When reports are sent, for every recipient; `never` stands alone. */
  notify: readonly DsnNotify[];
  /** What of the mail comes back with a report of failure. @default as the server likes */
  ret?: 'full' | 'headers';
  /** A name of the sending that stands in every report: printable ASCII, at most 100 characters. @default none */
  envid?: string;
}

/** A further form of what the bodies say, such as an invitation for calendars. */
export interface MailAlternative {
  /** MIME type with its parameters, such as `text/calendar; method=REQUEST`; neither `multipart/…` nor `message/…`. */
  contentType: string;
  /** The content. A string is written in the `charset` of the type, UTF-8 without one; octets stay as they are. */
  content: string | Buffer | Uint8Array;
}

/** How a recipient gets no more mails of this kind (RFC 2369, RFC 8058). */
export interface MailUnsubscribe {
  /** Where a POST without any question ends the subscription: https. It may hold a token; errors do not show it. */
  url: string;
  /** Where a mail does the same: an address, or a `mailto:` URL. @default none */
  mailto?: string;
}

/** What every message may say, whatever its content comes from. */
export interface MailMessageBase {
  /** Recipients named in the To header. */
  to?: MailboxList;
  /** Recipients named in the Cc header. */
  cc?: MailboxList;
  /** Blind recipients: in no header of an SMTP mail. */
  bcc?: MailboxList;
  /** Where answers go. */
  replyTo?: MailboxList;
  /** Author. @default the setting `FromAddress` */
  from?: MailboxList;
  /** Who submits the mail for the author; becomes the envelope sender. */
  sender?: MailboxList;
  /**
   * The address that reports of failures go to (MAIL FROM, RFC 5321 3.3), null for none (`<>`). The header shows nothing of
   * it. @default the setting `BounceAddress`, else `sender`, else `from`
   */
  envelopeFrom?: MailboxInput | null;
  /** Which reports of delivery are asked for; a pickup file cannot carry it. @default the server decides */
  dsn?: MailDsn;
  /** Files that travel with the mail. */
  attachments?: readonly MailAttachment[];
  /** Further parts of `multipart/alternative`, after the HTML (RFC 2046 5.1.4). @default none */
  alternatives?: readonly MailAlternative[];
  /** Writes `List-Unsubscribe` and `List-Unsubscribe-Post` (RFC 8058). @default neither */
  unsubscribe?: MailUnsubscribe;
  /**
   * Whether no person wrote the mail: `Auto-Submitted: auto-generated` (RFC 3834), unless `headers` say another value. Mails made
   * by templates always say so. @default false
   */
  automatic?: boolean;
  /** Further headers. Those that the module writes itself are refused. */
  headers?: Readonly<Record<string, string | readonly string[]>>;
  /** How urgent the mail is. @default 'normal' */
  priority?: MailPriority;
  /** Message-ID of this mail; keep it in a retry. @default a random one in the author's domain */
  messageId?: string;
  /** Message-ID of the mail that this one answers. */
  inReplyTo?: string;
  /** Message-IDs of the conversation (RFC 5322 3.6.4). */
  references?: string | readonly string[];
  /**
   * Texts in the mail that no log, error, receipt or transcript may show, such as a code; servers quote what they refuse. Fields of
   * a template's context called `password`, `resetUrl`, `token` or `activationCode` need not be named, nor words of 12 characters
   * or more of the body. One of less than 6 characters is hidden where it stands as a word of its own. @default none
   */
  secrets?: readonly string[];
}

/** A message that brings its own subject and bodies. */
export interface ContentMailMessage extends MailMessageBase {
  /** Subject, one line; `''` for a mail without one. */
  subject: string;
  /** HTML body. */
  html?: string;
  /** Plain-text body; false for none. @default made of `html` */
  text?: string | false;
  template?: never;
  context?: never;
  culture?: null;
  timeZone?: null;
}

/** What a message made by a template may say beside the name of the template and its variables. */
export interface TemplateMailMessageBase extends MailMessageBase {
  /** Language, as a BCP 47 tag; null for the default culture. @default the default culture */
  culture?: string | null;
  /** IANA name of the time zone in which dates are written, such as `Europe/Paris`. @default the option `templates.timeZone` */
  timeZone?: string | null;
  /** Takes the place of the template's subject; one line, `''` for none. @default the template's subject */
  subject?: string;
  html?: never;
  /** `false` leaves out the text part that the template makes. */
  text?: false;
}

/** A message made by a template about which nothing is known. */
export interface UntypedTemplateMailMessage extends TemplateMailMessageBase {
  /** Name of the template, such as `provisioning/review-pending`. */
  template: string;
  /** The template's variables. */
  context?: object;
}

/** A message made by a template whose variables are known. The context may be left out when none is required. */
export type TypedTemplateMailMessage<Name extends keyof KnownMailTemplates> = TemplateMailMessageBase & {
  /** Name of the template. */
  template: Name;
} & (Record<never, never> extends KnownMailTemplates[Name]
    ? {
        /** The template's variables. */
        context?: KnownMailTemplates[Name];
      }
    : {
        /** The template's variables. */
        context: KnownMailTemplates[Name];
      });

/**
 * A message whose subject and bodies come from a template. With the file that `npx nest-mailroom types` writes, the name
 * must be that of a template and the context must hold its variables.
 */
export type TemplateMailMessage = [keyof MailTemplates] extends [never]
  ? UntypedTemplateMailMessage
  : { [Name in keyof KnownMailTemplates]: TypedTemplateMailMessage<Name> }[keyof KnownMailTemplates];

/** What an application hands over to be sent. */
export type MailMessage = ContentMailMessage | TemplateMailMessage;
