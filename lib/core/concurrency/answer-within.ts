/**
 * Asks something of the application's own, which may throw at once, answer without a promise, or never answer. A late answer,
 * or a late failure, is heard by nobody. The timer keeps no process alive.
 *
 * @param milliseconds how long it may take
 * @param overdue the error when it takes longer
 * @throws what it throws, or the error of `overdue`
 */
export async function answerWithin<T>(
  milliseconds: number,
  ask: () => T | PromiseLike<T>,
  overdue: () => Error,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(overdue()), milliseconds);
    timer.unref();
  });
  try {
    return await Promise.race([new Promise<T>(resolve => resolve(ask())), late]);
  } finally {
    clearTimeout(timer);
  }
}
