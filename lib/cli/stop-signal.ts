const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Fires at the first Ctrl-C or its like, and when nobody reads the output any more; a second signal ends the process. */
export function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  const onSignal = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
    stopping.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  // `relay | head`: without a listener it would end the process in the middle of its work.
  process.stdout.on('error', () => stopping.abort());
  return stopping.signal;
}

/** Waits for the signal, and keeps the process alive meanwhile. */
export async function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const alive = setInterval(() => {}, 2 ** 30);
  await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }));
  clearInterval(alive);
}
