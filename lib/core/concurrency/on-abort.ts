/**
 * Calls once when a signal fires, at once if it has fired. The one place that listens to signals: with `once`, the check
 * that a fired signal needs, and the removal without which a long-lived signal would collect listeners.
 *
 * @param signal undefined never fires
 * @returns a function that ends the listening
 */
export function onAbort(signal: AbortSignal | undefined, call: (reason: unknown) => void): () => void {
  if (!signal) return () => {};
  const listener = (): void => call(signal.reason);
  if (signal.aborted) {
    listener();
    return () => {};
  }
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}
