/** Why there is no access token; the message is a sentence without its full stop, with all secrets removed. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  /** Whether a later try can succeed. */
  readonly retryable: boolean;
  /** Milliseconds for which whoever gives tokens does not want to be asked again; undefined when it did not say. */
  readonly retryAfterMs: number | undefined;
  /** Whether the request has only taken too long. */
  readonly isLate: boolean;

  constructor(
    message: string,
    details: {
      retryable: boolean;
      retryAfterMs?: number | undefined;
      isLate?: boolean | undefined;
      cause?: unknown;
    },
  ) {
    super(message, { cause: details.cause });
    this.retryable = details.retryable;
    this.retryAfterMs = details.retryAfterMs;
    this.isLate = details.isLate ?? false;
  }
}
