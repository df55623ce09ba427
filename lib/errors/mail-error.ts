import type { MailErrorCode } from './mail-error-code.js';

/** Parent of every error that this package throws on purpose: catch this one to catch them all. */
export abstract class MailError extends Error {
  /** Stable identifier of what went wrong; the README lists all codes. */
  readonly code: MailErrorCode;

  constructor(code: MailErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
  }
}
