/**
 * Waits for something until a signal fires.
 *
 * @throws the signal's reason
 */
export async function untilAborted<T>(running: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    running.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
