/** The store of a queue cannot be used now: not reached, full, read-only, or without an answer in time. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  /** Whether a write was handed over to the connection, so that it may have been carried out. */
  readonly maybeWritten: boolean;
  /** Whether that is about this one mail, and the store can be used for others. */
  readonly mailAlone: boolean;

  /** @param message what is wrong, without secrets; completes "the queue … cannot be used: " */
  constructor(message: string, options: { maybeWritten: boolean; mailAlone?: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.maybeWritten = options.maybeWritten;
    this.mailAlone = options.mailAlone ?? false;
  }
}
