import type { AnySignal } from './lazy-signal.js';
import { onAbort } from './on-abort.js';

/** How long something may go on that a signal has ended. */
export interface AbortGraceOptions {
  readonly signal: AnySignal;
  /** Milliseconds after the signal: one of {@link ABORT_GRACE_MS}. */
  readonly graceMs: number;
  /** The error for what has not ended by then. */
  overdue(): unknown;
  /** What is made of every error. @default the error itself */
  failure?(error: unknown): unknown;
}

/**
 * Waits for something that a signal ends, but not for ever: what does not listen to its signal gets a grace time to say how
 * far it had come, and is then left to itself. Made by hand, because thousands may wait at once.
 */
export function withAbortGrace<T>(running: Promise<T>, options: AbortGraceOptions): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const grace = new Grace();
    const fail = (error: unknown): void => {
      grace.end();
      reject(options.failure ? options.failure(error) : error);
    };
    grace.stop = onAbort(options.signal, () => {
      grace.timer = setTimeout(() => fail(options.overdue()), options.graceMs);
    });
    running.then(value => {
      grace.end();
      resolve(value);
    }, fail);
  });
}

/** What one wait holds. */
class Grace {
  timer: NodeJS.Timeout | undefined;
  stop: (() => void) | undefined;

  end(): void {
    clearTimeout(this.timer);
    this.stop?.();
  }
}
