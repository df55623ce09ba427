import { withAbortGrace } from '../core/concurrency/abort-grace.js';
import { ABORT_GRACE_MS } from '../core/concurrency/abort-graces.js';
import { linkedAbort } from '../core/concurrency/linked-abort.js';
import { timeoutError } from '../core/concurrency/timeout-error.js';
import type { CommandIo } from './command-io.js';
import type { StartTimer } from './start-timer.js';
import { startTimer as startRealTimer } from './start-timer.js';

/** What may end a run before it has come to its end. */
export interface RunBounds {
  /** Fires when the user wants to end it. */
  readonly stop: AbortSignal;
  /** Milliseconds. Undefined for no limit. */
  readonly timeoutMs: number | undefined;
  /** The clock of that time. @default that of Node.js */
  readonly startTimer?: StartTimer;
}

/** How something ended that Ctrl-C and a time limit end. */
export interface BoundedOutcome<T> {
  /** What it came to; undefined when it did not come to its end. */
  readonly value?: T;
  /** Whether the user has ended it. */
  readonly interrupted: boolean;
  /** Whether its time was over. */
  readonly late: boolean;
}

/**
 * Runs something until it ends, until the user stops it, or until its time is over. What is stopped has a moment to say how
 * far it had come.
 *
 * @throws what it throws before it was stopped
 */
export async function boundedRun<T>(
  { stop, timeoutMs, startTimer = startRealTimer }: RunBounds,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<BoundedOutcome<T>> {
  const bounds = linkedAbort(stop);
  const { signal } = bounds;
  const endTimer =
    timeoutMs === undefined
      ? undefined
      : startTimer(timeoutMs, () => bounds.abort(timeoutError('It', `--timeout ${timeoutMs / 1000} s`)));
  try {
    const value = await withAbortGrace(run(signal.platform), {
      signal,
      graceMs: ABORT_GRACE_MS.command,
      overdue: () => signal.reason as unknown,
    });
    if (!stop.aborted) return { value, interrupted: false, late: false };
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    endTimer?.();
    bounds.unlink();
  }
  return { interrupted: stop.aborted, late: !stop.aborted };
}

/** Milliseconds in which a process ends by itself although a part of its run was given up. */
const LINGER_MS = 500;

/** Ends what a run may have left behind: at once when it was cut, or soon where it came to its end. */
export function endAfter({ interrupted, late }: BoundedOutcome<unknown>, code: number, io: CommandIo): void {
  io.endProcess(code, interrupted || late ? 0 : LINGER_MS);
}
