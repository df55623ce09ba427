/**
 * Asks something of the application's own, which may throw at once, answer without a promise, or never answer. A late answer,
 * or a late failure, is heard by nobody.
 *
 * The timer keeps the process alive: a script whose only work never answers would else end without a word.
 *
 * @param milliseconds how long it may take
 * @param overdue the error when it takes longer
 * @param released the timer keeps no process alive any more when it fires. @default never
 * @throws what it throws, or the error of `overdue`
 */
export async function answerWithin<T>(
  milliseconds: number,
  ask: () => T | PromiseLike<T>,
  overdue: () => Error,
  released?: AbortSignal,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const release = (): void => void timer?.unref();
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(overdue()), milliseconds);
  });
  if (released?.aborted) release();
  else released?.addEventListener('abort', release);
  try {
    return await Promise.race([new Promise<T>(resolve => resolve(ask())), late]);
  } finally {
    clearTimeout(timer);
    released?.removeEventListener('abort', release);
  }
}
