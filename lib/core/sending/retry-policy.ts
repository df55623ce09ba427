/** How long to wait before a mail is tried again. */
export interface RetryBackoff {
  /** `fixed`: always `delay`. `exponential`: twice as long each time, beginning with `delay`. @default 'exponential' */
  type?: 'fixed' | 'exponential';
  /** Milliseconds before the second try. @default 1000 */
  delay?: number;
  /** Longest wait in milliseconds. @default 30000 */
  maxDelay?: number;
}

/**
 * Tries a mail again, in the process and while the caller waits. Only what is surely undelivered (`retryable: true`) is
 * tried again, only for the recipients that do not have it, with the same Message-ID; never after the final dot.
 */
export interface RetryOptions {
  /** Tries in all, the first one included, 1 to 100. @default 1, which means no retry */
  attempts: number;
  /**
   * Milliseconds between two tries, a growing wait, or a function of the number of tries that have failed.
   * @default { type: 'exponential', delay: 1000, maxDelay: 30000 }
   */
  backoff?: number | RetryBackoff | ((failedAttempts: number) => number);
}

/** {@link RetryOptions} with the defaults applied. */
export interface RetryPolicy {
  /** Tries in all. */
  readonly attempts: number;
  /** Milliseconds to wait when so many tries have failed. */
  waitMs(failedAttempts: number): number;
}

/** The longest time in milliseconds that a timer of Node's takes. */
export const LONGEST_TIMER_MS = 2_147_483_647;
/** Most tries of one mail. */
export const MOST_ATTEMPTS = 100;

/** The policy of a mailer without the option `retry`: one try. */
export const NO_RETRY: RetryPolicy = { attempts: 1, waitMs: () => 0 };

/**
 * Checks the option `retry` and applies its defaults.
 *
 * @throws RangeError for a number that cannot be meant
 */
export function retryPolicy(options: RetryOptions | undefined): RetryPolicy {
  if (options === undefined) return NO_RETRY;
  const { attempts, backoff = {} } = options;
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > MOST_ATTEMPTS) {
    throw new RangeError(
      `The option retry.attempts must be a whole number from 1 to ${MOST_ATTEMPTS}, not ${String(attempts)}`,
    );
  }
  return { attempts, waitMs: waiting(backoff) };
}

function waiting(backoff: NonNullable<RetryOptions['backoff']>): RetryPolicy['waitMs'] {
  if (typeof backoff === 'function') {
    return failed => {
      // Between two tries there is nobody to tell; a wait that is none must not cost the mail, nor the receipt of those
      // who have it.
      try {
        const wait = backoff(failed);
        return wait > 0 ? Math.min(wait, LONGEST_TIMER_MS) : 0;
      } catch {
        return 0;
      }
    };
  }
  if (typeof backoff === 'number') {
    const delay = milliseconds('backoff', backoff);
    return () => delay;
  }
  const { type = 'exponential', delay = 1000, maxDelay = 30_000 } = backoff;
  const first = milliseconds('backoff.delay', delay);
  const longest = milliseconds('backoff.maxDelay', maxDelay);
  switch (type) {
    case 'fixed':
      return () => first;
    case 'exponential':
      return failed => Math.min(first * 2 ** (failed - 1), longest);
    default:
      throw new RangeError(
        `The option retry.backoff.type must be "fixed" or "exponential", not ${String(type)}`,
      );
  }
}

function milliseconds(name: string, value: number): number {
  if (typeof value === 'number' && value >= 0 && value <= LONGEST_TIMER_MS) return value;
  throw new RangeError(
    `The option retry.${name} must be milliseconds from 0 to ${LONGEST_TIMER_MS}, not ${String(value)}`,
  );
}
