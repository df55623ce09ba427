import { setTimeout as delay } from 'node:timers/promises';
import { withAbortGrace } from '../concurrency/abort-grace.js';
import { SharedAbortListener } from '../concurrency/shared-abort-listener.js';
import { abortedError } from '../delivery/aborted-error.js';
import { MailDeliveryError } from '../errors/mail-delivery-error.js';
import { MailMessageError } from '../errors/mail-message-error.js';

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
  /** That of the mail, as soon as it has one. */
  messageId?: string;
}

/** Runs a send under its bounds. */
export type BoundedRun<T> = (send: (progress: SendProgress) => Promise<T>) => Promise<T>;

/** Bounds every send in time, and ends them all in good order when the application shuts down. */
export class SendLimits {
  readonly #timeoutMs: number;
  /** Sends, until those who hear of their outcome have heard of it. */
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #controllers = new Set<AbortController>();
  readonly #signals = new SharedAbortListener();
  /** Ends the grace time early. */
  readonly #patience = new AbortController();
  #ending: Promise<void> | undefined;
  #refusing = false;
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
    const refused = this.#refusing;
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
   * Starts the grace time. New sends are taken until it is over, or until {@link close}: while an application ends, those
   * who wait for the outcome of a send may be what it waits for.
   *
   * @param cutOff ends what is left after the grace time
   */
  beginGrace(graceMs: number, cutOff: () => Promise<void>): void {
    this.#ending ??= this.#end(graceMs, cutOff);
    // That a delivery cannot be closed is told by close(), which may come much later.
    this.#ending.catch(() => {});
  }

  /** Refuses new sends and waits for those under way, no longer than what is left of the grace time. */
  async close(graceMs: number, cutOff: () => Promise<void>): Promise<void> {
    this.#refusing = true;
    this.beginGrace(graceMs, cutOff);
    void Promise.allSettled(this.#underWay).then(() => this.#patience.abort());
    await this.#ending;
  }

  async #end(graceMs: number, cutOff: () => Promise<void>): Promise<void> {
    await delay(graceMs, undefined, { signal: this.#patience.signal }).catch(() => {});
    this.#refusing = true;
    this.#cutOff = true;
    try {
      // A delivery of the application's own may never answer; the shutdown must not wait for it.
      await Promise.race([cutOff(), delay(LONGEST_CLOSE_MS, undefined, { ref: false })]);
    } finally {
      // What has not come to the delivery yet, or does not listen to it.
      for (const controller of this.#controllers) controller.abort();
      await Promise.race([
        Promise.allSettled(this.#underWay),
        delay(2 * LAST_WORD_MS, undefined, { ref: false }),
      ]);
    }
  }

  /** Runs the send itself. */
  #bounded<T>(
    controller: AbortController,
    send: (progress: SendProgress) => Promise<T>,
    arm: () => void,
  ): Promise<T> {
    const { signal } = controller;
    try {
      arm();
      if (signal.aborted) throw cut(signal, { delivering: false });
    } catch (error) {
      return Promise.reject(this.#ended(error));
    }
    const progress: SendProgress = { signal, delivering: false };
    // A delivery that does not listen to its signal must not hold its caller.
    return withAbortGrace(send(progress), {
      signal,
      graceMs: LAST_WORD_MS,
      overdue: () => cut(signal, progress),
      failure: error => this.#ended(error),
    });
  }

  #ended(error: unknown): unknown {
    // Cut at the end of the grace time: the delivery may only know that its signal fired.
    const cutShort = this.#cutOff && error instanceof MailDeliveryError && error.code === 'EMAILABORTED';
    return cutShort ? closedError(error) : error;
  }
}

/** Ends what comes after a send soon after its signal has fired, with the outcome of the send. */
function notBeyond<T>(
  signal: AbortSignal,
  whole: Promise<T>,
  outcome: () => Promise<T> | undefined,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let giveUp: NodeJS.Timeout | undefined;
    let over = false;
    const onAbort = (): void => {
      const known = outcome() ?? whole;
      const end = (): void => {
        if (!over) giveUp = setTimeout(() => resolve(known), AFTERWORD_MS);
      };
      known.then(end, end);
    };
    const finish = (): void => {
      over = true;
      clearTimeout(giveUp);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    whole.then(
      value => {
        finish();
        resolve(value);
      },
      (error: unknown) => {
        finish();
        reject(error);
      },
    );
  });
}

function closedError(
  known: Pick<MailDeliveryError, 'phase' | 'retryable'> & Partial<MailDeliveryError>,
): MailDeliveryError {
  const outcome =
    known.retryable === 'unknown' ? 'it is not known whether the message was taken' : 'nothing was sent';
  // What the server has said stays true.
  return new MailDeliveryError('EMAILCLOSED', `The mailer is shutting down; ${outcome}.`, {
    ...known,
    cause: undefined,
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

function cut(
  signal: AbortSignal,
  { delivering, messageId }: Pick<SendProgress, 'delivering' | 'messageId'>,
): MailDeliveryError {
  const retryable = delivering ? 'unknown' : true;
  return abortedError(signal, {
    phase: 'connect',
    retryable,
    ...(messageId !== undefined && { messageId }),
  });
}
