import { setTimeout as delay } from 'node:timers/promises';
import { abortedError } from './delivery/aborted-error.js';
import { MailDeliveryError } from './errors/mail-delivery-error.js';
import { MailMessageError } from './errors/mail-message-error.js';
import { SignalFan } from './mail.signal-fan.js';

/** How one send is bounded. */
export interface SendOptions {
  /** Ends the send at once. After the final dot the outcome is `'unknown'`. @default none */
  signal?: AbortSignal;
  /** Milliseconds for the whole send; 0 means no limit. @default the setting `SendTimeout` */
  timeoutMs?: number;
}

const LONGEST_TIMEOUT_MS = 2_147_483_647;
/** A delivery gets this long to free what it holds. */
const LONGEST_CLOSE_MS = 5000;
/** A delivery gets this long to say how far it had come when it is cut. */
const LAST_WORD_MS = 150;
/** Those who hear of the outcome of a send that was cut get this long. */
const AFTERWORD_MS = 50;

/** What a send tells of itself while it runs. */
export interface SendProgress {
  /** Fires for the caller's signal, for the time limit, and at the end of a shutdown. */
  readonly signal: AbortSignal;
  /** Whether a delivery has the mail, so that it may have left. */
  delivering: boolean;
}

/** Runs a send under its bounds. */
export type BoundedRun<T> = (send: (progress: SendProgress) => Promise<T>) => Promise<T>;

/** Bounds every send in time, and ends them all in good order when the application shuts down. */
export class SendGuard {
  readonly #timeoutMs: number;
  /** Sends, until those who hear of their outcome have heard of it. */
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #controllers = new Set<AbortController>();
  readonly #signals = new SignalFan();
  /** Aborted once new sends are refused. */
  readonly #refusing = new AbortController();
  #shutdown: Promise<void> | undefined;
  #cutOff = false;

  /** @param timeoutMs limit of a send that gives none; 0 means no limit */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Bounds one send, and all that is told of it afterwards: once its outcome is known it is the outcome, but nobody
   * waits beyond the bounds for those who hear of it.
   *
   * @param whole the send, which it runs under the bounds, and what comes after it
   */
  async run<T>(options: SendOptions, whole: (bounded: BoundedRun<T>) => Promise<T>): Promise<T> {
    // A send that has begun before the shutdown is finished, also when it comes to its bounds a moment later.
    const refused = this.#refusing.signal.aborted;
    const controller = new AbortController();
    const { signal } = options;
    const onAbort = (): void => controller.abort(signal?.reason);
    let timer: NodeJS.Timeout | undefined;
    let stopListening = (): void => {};
    let outcome: Promise<T> | undefined;
    const bounded: BoundedRun<T> = send => {
      if (refused) return Promise.reject(closedError({ phase: 'connect', retryable: true }));
      outcome = this.#bounded(controller, send, () => {
        const timeoutMs = checkTimeout(options.timeoutMs) ?? this.#timeoutMs;
        if (timeoutMs > 0) timer = setTimeout(() => controller.abort(timeoutReason(timeoutMs)), timeoutMs);
        if (signal) stopListening = this.#signals.listen(signal, onAbort);
      });
      return outcome;
    };
    this.#controllers.add(controller);
    const running = notBeyond(controller.signal, whole(bounded), () => outcome);
    this.#underWay.add(running);
    try {
      return await running;
    } finally {
      clearTimeout(timer);
      stopListening();
      this.#controllers.delete(controller);
      this.#underWay.delete(running);
    }
  }

  /**
   * Begins the grace time, at whose end `cutOff` ends the sends that are left. Until {@link close}, or until then, new
   * ones are taken: requests that are being answered send too.
   */
  beginShutdown(graceMs: number, cutOff: () => Promise<void>): void {
    this.#shutdown ??= this.#shutDown(graceMs, cutOff);
    // A delivery that cannot be closed is a matter for close(), which may come later.
    this.#shutdown.catch(() => {});
  }

  /** Refuses new sends and waits for those under way, for what is left of the grace time. */
  async close(graceMs: number, cutOff: () => Promise<void>): Promise<void> {
    this.beginShutdown(graceMs, cutOff);
    this.#refusing.abort();
    return this.#shutdown;
  }

  async #shutDown(graceMs: number, cutOff: () => Promise<void>): Promise<void> {
    const patience = new AbortController();
    const grace = delay(graceMs, undefined, { signal: patience.signal }).catch(() => {});
    await Promise.race([this.#allDone(), grace]);
    patience.abort();
    this.#refusing.abort();
    this.#cutOff = true;
    // A delivery of the application's own may never answer; the shutdown must not wait for it.
    await Promise.race([cutOff(), delay(LONGEST_CLOSE_MS, undefined, { ref: false })]);
    // What has not come to the delivery yet, or does not listen to it.
    for (const controller of this.#controllers) controller.abort();
    await Promise.race([
      Promise.allSettled(this.#underWay),
      delay(2 * LAST_WORD_MS, undefined, { ref: false }),
    ]);
  }

  /** Done when no send is left and none can begin any more. */
  async #allDone(): Promise<void> {
    const { signal } = this.#refusing;
    if (!signal.aborted)
      await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }));
    await Promise.allSettled(this.#underWay);
  }

  /** Runs the send itself. */
  async #bounded<T>(
    controller: AbortController,
    send: (progress: SendProgress) => Promise<T>,
    arm: () => void,
  ): Promise<T> {
    try {
      arm();
      if (controller.signal.aborted) throw cut(controller.signal);
      return await listening(send, { signal: controller.signal, delivering: false });
    } catch (error) {
      // Cut at the end of the grace time: the delivery may only know that its signal fired.
      const cutShort = this.#cutOff && error instanceof MailDeliveryError && error.code === 'EMAILABORTED';
      throw cutShort ? closedError(error) : error;
    }
  }
}

/** A delivery that does not listen to its signal must not hold its caller. */
async function listening<T>(
  send: (progress: SendProgress) => Promise<T>,
  progress: SendProgress,
): Promise<T> {
  const { signal } = progress;
  const sending = send(progress);
  let giveUp: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        giveUp = setTimeout(() => reject(cut(signal, progress.delivering ? 'unknown' : true)), LAST_WORD_MS);
      },
      { once: true },
    );
  });
  try {
    return await Promise.race([sending, overdue]);
  } finally {
    clearTimeout(giveUp);
    sending.catch(() => {});
  }
}

/** Ends what comes after a send soon after its signal has fired, with the outcome of the send. */
async function notBeyond<T>(
  signal: AbortSignal,
  whole: Promise<T>,
  outcome: () => Promise<T> | undefined,
): Promise<T> {
  let giveUp: NodeJS.Timeout | undefined;
  const overdue = new Promise<T>(resolve => {
    signal.addEventListener(
      'abort',
      () => {
        const known = outcome() ?? whole;
        const end = (): void => {
          giveUp = setTimeout(() => resolve(known), AFTERWORD_MS);
        };
        known.then(end, end);
      },
      { once: true },
    );
  });
  try {
    return await Promise.race([whole, overdue]);
  } finally {
    clearTimeout(giveUp);
    whole.catch(() => {});
  }
}

function closedError(
  known: Pick<MailDeliveryError, 'phase' | 'retryable'> & Partial<MailDeliveryError>,
): MailDeliveryError {
  const { phase, retryable, messageId, transcript } = known;
  const outcome =
    retryable === 'unknown' ? 'it is not known whether the message was taken' : 'nothing was sent';
  return new MailDeliveryError('EMAILCLOSED', `The mailer is shutting down; ${outcome}.`, {
    phase,
    retryable,
    ...(messageId !== undefined && { messageId }),
    ...(transcript && { transcript }),
  });
}

/**
 * What a caller gave as a time limit.
 *
 * @throws MailMessageError when it cannot be one
 */
export function checkTimeout(timeoutMs: number | undefined): number | undefined {
  if (timeoutMs === undefined) return undefined;
  if (typeof timeoutMs !== 'number' || !(timeoutMs >= 0) || timeoutMs > LONGEST_TIMEOUT_MS) {
    throw new MailMessageError(
      'EMAILMESSAGE',
      'timeoutMs',
      'must be a number of milliseconds, or 0 for no limit',
      {
        value: timeoutMs,
      },
    );
  }
  return timeoutMs;
}

function timeoutReason(timeoutMs: number): Error {
  const reason = new Error(`The send took longer than ${timeoutMs} ms`);
  reason.name = 'TimeoutError';
  return reason;
}

function cut(signal: AbortSignal, retryable: true | 'unknown' = true): MailDeliveryError {
  return abortedError(signal, { phase: 'connect', retryable });
}
