/** What `MailPreviewModule` shows, and to whom. */
export interface MailPreviewOptions {
  /** Where the preview is, from the root of the server; a global prefix of the application does not count. @default '/mail' */
  path?: string;
  /**
   * Opens it: the part of its address behind `?key=`, the token of `Authorization: Bearer` (RFC 6750) for programs. 16 to 512
   * visible ASCII characters without spaces; not printed. With one of its own, pages stay open when the application starts
   * again, and tests know it. @default one that is made at each start, and printed with the address
   */
  key?: string | undefined;
  /**
   * Asks programs of this machine for no key: those that come from a loopback address, name one or `localhost` in `Host`, and
   * have passed no proxy that can be seen. Not for an application behind a proxy: one that adds no header, as nginx does without
   * settings, may not be seen, and opens the preview to everybody. @default false
   */
  allowLoopback?: boolean;
  /**
   * Asks nobody for a key: whoever can reach the application can read every mail. The start says so in a warning. @default false
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
