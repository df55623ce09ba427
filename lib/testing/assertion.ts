import { AssertionError } from 'node:assert';

/** A function of the test kit: stack traces begin with its caller. */
type Caller = (...given: never[]) => unknown;

/** What an assertion carries beside its message. */
export interface AssertionValues {
  readonly expected?: unknown;
  readonly actual?: unknown;
}

/**
 * An assertion that failed, as Jest, Vitest and node:test show it.
 *
 * @param caller the method that the test has called
 */
export function assertionError(
  message: string,
  caller: Caller,
  values: AssertionValues = {},
): AssertionError {
  // With any other operator Jest puts values of its own choice before the message.
  return new AssertionError({ message, operator: 'fail', stackStartFn: caller, ...values });
}

/** Remembers where a test has called something, for an assertion that fails later. */
export function callSite(caller: Caller): { readonly lines: string } {
  const place: { stack?: string } = {};
  Error.captureStackTrace(place, caller);
  return { lines: (place.stack ?? '').split('\n').slice(1).join('\n') };
}

/** An assertion that failed after a wait, with the place that began to wait. */
export function lateAssertionError(
  message: string,
  caller: Caller,
  { lines }: { readonly lines: string },
  values: AssertionValues = {},
): AssertionError {
  const error = assertionError(message, caller, values);
  error.stack = `AssertionError [ERR_ASSERTION]: ${message}\n${lines}`;
  return error;
}
