import type { BigIntStats } from 'node:fs';

/** An open file that mails are read from: the handles of Node.js are such files, too. */
export interface OpenFile {
  /** -1 when it is closed. */
  readonly fd: number;
  stat(options: { readonly bigint: true }): Promise<BigIntStats>;
  read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
  close(): Promise<void>;
}
