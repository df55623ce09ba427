/**
 * Whether something thrown is an error. Not `instanceof Error`: errors of Node's core come from another realm where
 * code runs in a sandbox, as it does under Jest.
 */
export function isErrorLike(error: unknown): error is Error {
  return (
    typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string'
  );
}

/** The message of something thrown. */
export function messageOf(error: unknown): string {
  try {
    return isErrorLike(error) ? error.message : String(error);
  } catch {
    // A proxy, an object without a prototype, one whose toString throws: anything can be thrown.
    return 'something that is no error was thrown';
  }
}

/** The code of a system error, such as `ENOSPC`; undefined when it has none. */
export function errnoOf(error: unknown): string | undefined {
  return isErrorLike(error) && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
