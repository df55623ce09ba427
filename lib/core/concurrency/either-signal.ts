/**
 * Runs a wait that either of two signals ends. By hand and not with `AbortSignal.any`, whose signals stay registered
 * with a long-lived source after the wait is over.
 */
export function withEitherSignal<T, S extends AbortSignal | undefined>(
  signal: S,
  other: AbortSignal | undefined,
  wait: (signal: AbortSignal | S) => Promise<T>,
): Promise<T> {
  if (other === undefined) return wait(signal);
  return signal === undefined ? wait(other) : waitingForEither(signal, other, wait);
}

async function waitingForEither<T>(
  signal: AbortSignal,
  other: AbortSignal,
  wait: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const either = new AbortController();
  const sources = [signal, other];
  const stops = sources.map(source => {
    const onAbort = (): void => either.abort(source.reason);
    source.addEventListener('abort', onAbort, { once: true });
    if (source.aborted) onAbort();
    return () => source.removeEventListener('abort', onAbort);
  });
  try {
    return await wait(either.signal);
  } finally {
    for (const stop of stops) stop();
  }
}
