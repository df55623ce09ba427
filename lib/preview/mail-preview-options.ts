/** What `MailPreviewModule` shows, and to whom. */
export interface MailPreviewOptions {
  /** Where the preview is, from the root of the server; a global prefix of the application does not count. @default '/mail' */
  path?: string;
  /**
   * Answers other machines too, and requests that come through a proxy. Whoever can reach the application can then read
   * every mail. @default false
   */
  allowRemote?: boolean;
  /** Lets the application start with the preview although `NODE_ENV` is `production`. @default false */
  allowInProduction?: boolean;
  /** What the page *Mailbox* shows. @default the mails that the application has sent since it started */
  mailbox?: PreviewMailboxOptions;
}

/** What the page *Mailbox* shows. */
export interface PreviewMailboxOptions {
  /** Most mails that are kept, or shown of a pickup directory; older ones go first. @default 500 */
  maxMails?: number;
  /** Most octets of mails that are kept in memory; older ones go first. @default 67108864 (64 MiB) */
  maxBytes?: number;
  /** Shows what lies in this folder, relative to the working directory, instead of what the application has sent. @default the mails of the application */
  pickupDirectory?: string;
}
