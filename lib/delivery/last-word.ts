/**
 * Waits for something that a signal ends, but not for ever: what does not listen to its signal gets a moment to say how
 * far it had come, and is then left to itself. Made by hand, because thousands may wait at once.
 *
 * @param running what is waited for
 * @param patienceMs milliseconds after the signal
 * @param overdue the error for what has not ended by then
 */
export function withLastWord<T>(
  running: Promise<T>,
  signal: AbortSignal,
  patienceMs: number,
  overdue: () => unknown,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const onAbort = (): void => {
      timer = setTimeout(() => reject(overdue()), patienceMs);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    running.then(
      value => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
