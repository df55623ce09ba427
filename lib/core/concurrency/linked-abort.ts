import type { AnySignal } from './lazy-signal.js';
import { LazySignal } from './lazy-signal.js';
import { onAbort } from './on-abort.js';

/** A signal of one's own that others end too. */
export interface LinkedAbort {
  /** Fires with the reason of the first source that fires, or with that of {@link abort}. */
  readonly signal: LazySignal;
  /** Fires the signal. */
  abort(reason?: unknown): void;
  /** Ends the listening to the sources; to be called when the work is done. */
  unlink(): void;
}

/**
 * Makes a signal that fires when one of several fires. By hand and not with `AbortSignal.any`, whose signals stay
 * registered with a long-lived source after the work is done.
 *
 * @param sources undefined ones never fire
 */
export function linkedAbort(...sources: readonly (AnySignal | undefined)[]): LinkedAbort {
  const signal = new LazySignal();
  const abort = (reason?: unknown): void => signal.abort(reason);
  const stops = sources.map(source => onAbort(source, abort));
  return {
    signal,
    abort,
    unlink: () => {
      for (const stop of stops) stop();
    },
  };
}
