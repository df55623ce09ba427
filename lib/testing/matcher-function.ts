import { functionText } from './shown.js';

/**
 * Asks a function of the test.
 *
 * @throws TypeError when it answers later: a promise would count as a yes
 */
export function says<T>(check: (value: T) => unknown, value: T): boolean {
  const answer = check(value);
  if (typeof answer === 'object' && answer !== null && 'then' in answer)
    throw new TypeError(
      `A function that looks at mails must answer at once, not with a promise: ${functionText(check)}`,
    );
  return Boolean(answer);
}
