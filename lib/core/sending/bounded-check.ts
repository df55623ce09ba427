import { withAbortGrace } from '../concurrency/abort-grace.js';
import { ABORT_GRACE_MS } from '../concurrency/abort-graces.js';
import type { LinkedAbort } from '../concurrency/linked-abort.js';
import { linkedAbort } from '../concurrency/linked-abort.js';
import { timeoutError } from '../concurrency/timeout-error.js';
import { abortedError } from '../delivery/aborted-error.js';
import type { VerifyOptions } from '../delivery/mail-delivery.js';
import { MailDeliveryError } from '../errors/mail-delivery-error.js';
import { MailMessageError } from '../errors/mail-message-error.js';
import { fields } from '../settings/options/option-fields.js';
import { anything, callback } from '../settings/options/option-kinds.js';
import type { OptionReader } from '../settings/options/option-reader.js';
import { readCallOptions } from './call-options.js';
import { endOf } from './mailer-end.js';
import { quietly } from './quietly.js';
import { abortSignal, checkTimeout } from './send-options.js';

/** How a check is bounded. */
export interface CheckOptions {
  /** Ends the check at once. @default none */
  signal?: AbortSignal;
  /** Milliseconds for the whole check; 0 means no limit but those of the settings. @default 0 */
  timeoutMs?: number;
}

/** How {@link MailService.verify} and {@link MailService.backlog} are bounded, and who is told of half a success. */
export interface VerifyMailOptions extends CheckOptions, Pick<VerifyOptions, 'onDegraded'> {}

const VERIFY_OPTIONS = fields({
  signal: abortSignal,
  // Checked where it is used.
  timeoutMs: anything,
  onDegraded: callback,
} as const satisfies Record<keyof VerifyMailOptions, OptionReader>);

/**
 * Reads the options of one check.
 *
 * @throws MailMessageError `EMAILMESSAGE` for an option that is not known or cannot be meant
 */
export function readVerifyOptions(options: unknown): VerifyMailOptions {
  const read = readCallOptions<VerifyMailOptions>(options, VERIFY_OPTIONS);
  checkTimeout(read.timeoutMs);
  return read;
}

/**
 * Runs a check under its bounds, which have been read; one that does not listen to its signal is not waited for.
 *
 * @param closing fires when the mailer ends; its reason may be a {@link MailerEnd}
 */
export async function boundedCheck<T>(
  options: CheckOptions,
  closing: AbortSignal,
  check: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { timeoutMs = 0 } = options;
  if (closing.aborted) throw closedError(closing);
  const bounds = listening(options.signal, closing);
  const { signal } = bounds;
  const timer =
    timeoutMs > 0
      ? setTimeout(() => bounds.abort(timeoutError('The check', `${timeoutMs} ms`)), timeoutMs)
      : undefined;
  try {
    // A delivery of the application's own may answer without a promise.
    return await withAbortGrace(Promise.resolve(check(signal.platform)), {
      signal,
      graceMs: ABORT_GRACE_MS.check,
      overdue: () => abortedError(signal, { phase: 'connect', retryable: true }),
    });
  } catch (error) {
    throw closing.aborted && signal.reason === closing.reason ? closedError(closing) : error;
  } finally {
    clearTimeout(timer);
    quietly(() => bounds.unlink());
  }
}

function listening(caller: AbortSignal | undefined, closing: AbortSignal): LinkedAbort {
  try {
    return linkedAbort(caller, closing);
  } catch (cause) {
    throw new MailMessageError('EMAILMESSAGE', 'signal', 'is no signal that can be listened to', { cause });
  }
}

function closedError(closing: AbortSignal): Error {
  return new MailDeliveryError('EMAILCLOSED', endOf(closing).sentence('it can deliver nothing any more'), {
    phase: 'connect',
    retryable: true,
  });
}
