/** Why a sign-in by Kerberos did not come about; the message is a sentence without its full stop, and holds no ticket. */
export class KerberosError extends Error {
  override readonly name = 'KerberosError';
  /** Whether a later try can succeed. */
  readonly retryable: boolean;

  constructor(message: string, details: { retryable: boolean; cause?: unknown }) {
    super(message, { cause: details.cause });
    this.retryable = details.retryable;
  }
}
