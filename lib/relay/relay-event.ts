/** Something that happened in a relay. File names are safe to print, addresses in reasons are masked. */
export type RelayEvent =
  /** Every recipient has the mail, and the file is gone. */
  | { readonly type: 'sent'; readonly file: string; readonly messageId: string; readonly recipients: number }
  /** At least one recipient waits for another try. */
  | {
      readonly type: 'deferred';
      readonly file: string;
      readonly recipients: number;
      readonly attempts: number;
      readonly reason: string;
      readonly retryAt: Date;
    }
  /** The file was moved to the badmail folder; others of its recipients may have the mail. */
  | { readonly type: 'rejected'; readonly file: string; readonly reason: string; readonly movedTo: string }
  /** A file that the relay does not take; said once. */
  | { readonly type: 'left'; readonly file: string; readonly reason: string }
  /** The server cannot be used; nothing is tried before `until`. */
  | { readonly type: 'paused'; readonly reason: string; readonly until: Date }
  /** The server can be used again. */
  | { readonly type: 'resumed' }
  /** Files that a dead relay had claimed are back in the folder. */
  | { readonly type: 'recovered'; readonly files: number }
  /** The relay itself has trouble; it goes on. */
  | { readonly type: 'problem'; readonly reason: string };
