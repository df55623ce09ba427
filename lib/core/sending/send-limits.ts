import { setTimeout as delay } from 'node:timers/promises';
import { ABORT_GRACE_MS } from '../concurrency/abort-graces.js';
import { atMost } from '../concurrency/at-most.js';
import { SharedAbortListener } from '../concurrency/shared-abort-listener.js';
import { MailDeliveryError } from '../errors/mail-delivery-error.js';
import { closedError } from './closed-error.js';
import type { MailerEnd } from './mailer-end.js';
import { SHUTTING_DOWN } from './mailer-end.js';
import type { QueueSendOptions } from './queue-options.js';
import type { SendBoundsOwner } from './send-bounds.js';
import { SendBounds } from './send-bounds.js';
import type { SendOptions } from './send-options.js';
import { checkTimeout, readSendOptions } from './send-options.js';
import { SendsUnderWay } from './sends-under-way.js';

/** A delivery gets this long to free what it holds. */
const LONGEST_CLOSE_MS = 5000;

/** `open`: sends are taken. `closing`: none is begun any more. `cut`: what is left of them is being cut. */
type LimitsState = 'open' | 'closing' | 'cut';

/** What the options of one send say. */
interface ReadLimits {
  readonly signal?: AbortSignal;
  readonly timeoutMs: number;
  readonly queue: QueueSendOptions;
  /** Why the send must not begin. */
  readonly refusal?: unknown;
}

/** Of a queue, by the sends that say nothing of one. */
const NOTHING_ASKED: QueueSendOptions = {};

function refused(refusal: unknown): ReadLimits {
  return { timeoutMs: 0, queue: {}, refusal };
}

/** Bounds every send in time, and ends them all in good order when the application shuts down. */
export class SendLimits implements SendBoundsOwner {
  readonly #timeoutMs: number;
  readonly #underWay = new SendsUnderWay();
  readonly #signals = new SharedAbortListener();
  /** Ends the grace time early. */
  readonly #idle = new AbortController();
  #ending: Promise<void> | undefined;
  #state: LimitsState = 'open';
  #end = SHUTTING_DOWN;

  /** @param timeoutMs limit of a send that gives none; 0 means no limit */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Begins the bounds of one send, which must end them. Whether the send may begin at all is decided here, and told by
   * {@link SendBounds.begin}: a send that begins before the shutdown is finished, also when it comes to its delivery later.
   */
  begin(options: SendOptions | undefined): SendBounds {
    const { signal, timeoutMs, refusal, queue } = this.#limitOf(options);
    const bounds = new SendBounds(this, { timeoutMs, refusal, queue, caller: signal });
    if (this.#state === 'open') this.#underWay.add(bounds);
    return bounds;
  }

  /** When the mailer was used last, by `performance.now()`: now, while a send or another use is under way. */
  get usedAt(): number {
    return this.#underWay.usedAt;
  }

  /** The mailer is being used, though not for a send. */
  touch(): void {
    this.#underWay.touch();
  }

  /** The mailer is being used, though not for a send, until the work is over. */
  during<T>(work: Promise<T>): Promise<T> {
    return this.#underWay.during(work);
  }

  /**
   * Starts the grace time. New sends are taken until it is over, or until {@link close}: while an application ends, those
   * who wait for the outcome of a send may be what it waits for.
   *
   * @param closeDelivery ends what is left after the grace time
   */
  beginGrace(graceMs: number, closeDelivery: () => Promise<void>): void {
    this.#ending ??= this.#finish(graceMs, closeDelivery);
    // That a delivery cannot be closed is told by close(), which may come much later.
    this.#ending.catch(() => {});
  }

  /**
   * Refuses new sends and waits for those under way, no longer than what is left of the grace time.
   *
   * @param end why; the first reason stays
   */
  async close(
    graceMs: number,
    closeDelivery: () => Promise<void>,
    end: MailerEnd = SHUTTING_DOWN,
  ): Promise<void> {
    if (this.#state === 'open') {
      this.#state = 'closing';
      this.#end = end;
    }
    this.beginGrace(graceMs, closeDelivery);
    void this.#underWay.untilIdle().then(() => this.#idle.abort());
    await this.#ending;
  }

  async #finish(graceMs: number, closeDelivery: () => Promise<void>): Promise<void> {
    await delay(graceMs, undefined, { signal: this.#idle.signal }).catch(() => {});
    this.#state = 'cut';
    try {
      // A delivery of the application's own may never answer; the shutdown must not wait for it.
      await atMost(LONGEST_CLOSE_MS, closeDelivery());
    } finally {
      // What has not come to the delivery yet, or does not listen to it.
      this.#underWay.cut();
      await atMost(2 * ABORT_GRACE_MS.send, this.#underWay.untilIdle());
    }
  }

  /**
   * Calls when a signal of a caller fires, at once if it has fired; many may listen to one.
   *
   * @returns a function that ends that
   */
  listen(signal: AbortSignal | undefined, call: () => void): () => void {
    return signal ? this.#signals.listen(signal, call) : () => {};
  }

  /**
   * What is made of an error of a send.
   *
   * @param awaiting whom of the application it waited for, in a sentence
   */
  failure(error: unknown, awaiting: string | undefined): unknown {
    if (this.#state !== 'cut' || !(error instanceof MailDeliveryError)) return error;
    // Cut at the end of the grace time: the delivery may only know that its signal fired, or that it was closed.
    const isCut =
      error.code === 'EMAILABORTED' || (error.code === 'EMAILCLOSED' && this.#end !== SHUTTING_DOWN);
    return isCut ? closedError(error, this.#end, awaiting) : error;
  }

  /** A send, and all that is told of it, is over. */
  ended(bounds: SendBounds): void {
    this.#underWay.ended(bounds);
  }

  #limitOf(options: SendOptions | undefined): ReadLimits {
    if (this.#state !== 'open') return refused(closedError({ phase: 'connect', retryable: true }, this.#end));
    if (options === undefined) return { timeoutMs: this.#timeoutMs, queue: NOTHING_ASKED };
    try {
      const { signal, timeoutMs, ...queue } = readSendOptions(options);
      return { ...(signal && { signal }), timeoutMs: checkTimeout(timeoutMs) ?? this.#timeoutMs, queue };
    } catch (refusal) {
      return refused(refusal);
    }
  }
}
