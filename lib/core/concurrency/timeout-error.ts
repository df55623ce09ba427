/**
 * The reason of a signal that a time limit fires; errors tell it by its name from an abort of the caller.
 *
 * @param what took too long, as the beginning of a sentence: `The send`
 * @param limit such as `500 ms`
 */
export function timeoutError(what: string, limit: string): Error {
  const reason = new Error(`${what} took longer than ${limit}`);
  reason.name = 'TimeoutError';
  return reason;
}

/** Whether a reason is that of a time limit, ours or that of `AbortSignal.timeout`, from whatever realm it comes. */
export function isTimeoutError(reason: unknown): boolean {
  return (
    typeof reason === 'object' &&
    reason !== null &&
    'name' in reason &&
    reason.name === 'TimeoutError' &&
    'message' in reason &&
    typeof reason.message === 'string'
  );
}
