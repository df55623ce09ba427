import type { BadmailReport } from './badmail.js';

/**
 * What became of a claimed mail. Whatever must be known of it after a crash is on the disk when this value exists, so
 * its file may now be touched.
 */
export type RecordedOutcome =
  /** Every recipient has it. */
  | {
      readonly kind: 'completed';
      readonly messageId: string;
      readonly recipients: number;
      /** Whether a state of earlier tries is on the disk. */
      readonly hasState: boolean;
    }
  /** Some recipients wait for another try. */
  | {
      readonly kind: 'deferred';
      /** Milliseconds until that try. */
      readonly waitMs: number;
      readonly attempts: number;
      readonly recipients: number;
      /** What the server said about the first of them. */
      readonly reason: string;
    }
  /** No recipient is left that could get it, and at least one did not. */
  | { readonly kind: 'rejected'; readonly report: BadmailReport }
  /** Nothing was found out about it. */
  | {
      readonly kind: 'returned';
      /** Milliseconds until it may be tried. */
      readonly waitMs: number;
    }
  /** Its writer is not finished with it. */
  | { readonly kind: 'unfinished' };
