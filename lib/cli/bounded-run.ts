/** How something ended that Ctrl-C and a time limit end. */
export interface BoundedOutcome<T> {
  /** What it came to; undefined when it did not come to its end. */
  readonly value?: T;
  /** Whether somebody has ended it. */
  readonly interrupted: boolean;
  /** Whether its time was over. */
  readonly late: boolean;
  /**
   * Ends the process with this exit code: at once when something was cut, or soon where something that was given up on
   * would hold it. Returns the code where the process ends by itself.
   */
  readonly finish: (code: number) => number;
}

/** Runs something until it ends, until it is told to stop, or until its time is over. */
export async function boundedRun<T>(
  { stop, timeoutMs }: { readonly stop: AbortSignal; readonly timeoutMs: number | undefined },
  run: (signal: AbortSignal) => Promise<T>,
): Promise<BoundedOutcome<T>> {
  const late = new AbortController();
  const reason = new Error(`It took longer than --timeout ${(timeoutMs ?? 0) / 1000} s`);
  reason.name = 'TimeoutError';
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => late.abort(reason), timeoutMs);
  const signal = AbortSignal.any([stop, late.signal]);
  const cut = new Promise<undefined>(resolve => {
    // What is cut has a moment to say how far it had come.
    signal.addEventListener('abort', () => setTimeout(() => resolve(undefined), 250), {
      once: true,
    });
    if (signal.aborted) resolve(undefined);
  });
  try {
    const value = await Promise.race([run(signal), cut]);
    if (!stop.aborted && value !== undefined) return { value, interrupted: false, late: false, finish: asIs };
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
  return { interrupted: stop.aborted, late: !stop.aborted, finish: endProcess };
}

/** What was given up on may still run. */
const LINGER_MS = 500;

function asIs(code: number): number {
  setTimeout(endProcess, LINGER_MS, code).unref();
  return code;
}

function endProcess(code: number): never {
  process.exit(code);
}
