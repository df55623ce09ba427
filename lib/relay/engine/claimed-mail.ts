import type { FileHandle } from 'node:fs/promises';

/** A file that this relay has claimed, and its open handle. Whoever claimed it closes the handle. */
export interface ClaimedMail {
  readonly name: string;
  readonly file: FileHandle;
  /** What `fileIdentity` said when the file was claimed. */
  readonly identity: string;
  /** Milliseconds since 1970. */
  readonly mtimeMs: number;
  /** Octets. */
  readonly size: number;
}
