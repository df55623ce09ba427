import { functionText } from './display-text.js';

/**
 * Whether a function of the test returns something truthy.
 *
 * @throws TypeError when it returns a promise, which would count as true whatever it resolves with
 */
export function isMatch<T>(check: (value: T) => unknown, value: T): boolean {
  const answer = check(value);
  if (typeof answer === 'object' && answer !== null && 'then' in answer)
    throw new TypeError(
      `A function that looks at mails must answer at once, not with a promise: ${functionText(check)}`,
    );
  return Boolean(answer);
}
