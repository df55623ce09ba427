import type { MailErrorCode } from './mail-error-code.js';

/** Parent of every error that this package throws on purpose: catch this one to catch them all. */
export abstract class MailError extends Error {
  /** Stable identifier of what went wrong; docs/errors.md lists all codes. */
  readonly code: MailErrorCode;

  constructor(code: MailErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
  }

  /** What a JSON log shows: the message too, which plain errors leave out. */
  toJSON(): object {
    const { name, message, ...data } = this;
    return { name, message, ...data };
  }
}

/** Whether something thrown is a {@link MailError}. A proxy may throw when it is asked. */
export function isMailError(error: unknown): error is MailError {
  try {
    return error instanceof MailError;
  } catch {
    return false;
  }
}
