import type { OpenFile } from '../spool/open-file.js';

/** A file that this relay has claimed, and still open. Whoever claimed it closes it. */
export interface ClaimedMail {
  readonly name: string;
  readonly file: OpenFile;
  /** What `fileIdentity` said when the file was claimed. */
  readonly identity: string;
  /** Milliseconds since 1970. */
  readonly mtimeMs: number;
  /** Octets. */
  readonly size: number;
}
