import type { Queue } from 'bullmq';
import { answerWithin } from '../../core/concurrency/answer-within.js';
import { messageOf } from '../../core/errors/error-facts.js';
import { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import { isMailError } from '../../core/errors/mail-error.js';
import { visible } from '../../core/redaction/printable.js';
import type { MailJob } from '../job/mail-job.js';
import type { QueueStore } from '../store/queue-store.js';
import { StoreUnavailableError } from '../store/store-unavailable-error.js';

/** Asks the queue of BullMQ, and waits for no answer longer than allowed: BullMQ waits for ever while its store is away. */
export class QueueAccess {
  readonly #store: QueueStore;
  readonly #timeoutMs: number;

  constructor(store: QueueStore, timeoutMs: number) {
    this.#store = store;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * One question, or one change.
   *
   * @param run asks; what takes many answers is to ask many times
   * @param alters whether it changes something, which may have happened although no answer came. @default false
   * @throws MailDeliveryError EMAILCONNECT when the store cannot be used
   */
  async ask<T>(run: (queue: Queue<MailJob>) => Promise<T>, alters = false): Promise<T> {
    const begun = performance.now();
    try {
      const queue = await this.#store.queue(this.#timeoutMs);
      const leftMs = Math.max(1, this.#timeoutMs - (performance.now() - begun));
      return await answerWithin(
        leftMs,
        () => run(queue),
        () => new StoreUnavailableError(`no answer within ${this.#timeoutMs} ms`, { maybeWritten: alters }),
      );
    } catch (error) {
      if (isMailError(error)) throw error;
      throw this.#unusable(error, alters);
    }
  }

  #unusable(error: unknown, alters: boolean): MailDeliveryError {
    const maybe = error instanceof StoreUnavailableError ? error.maybeWritten : alters;
    return new MailDeliveryError(
      'EMAILCONNECT',
      `The queue ${this.#store.label} cannot be used: ${visible(messageOf(error)).replace(/\.$/, '')}.${maybe ? ' What was asked for may have been done.' : ''}`,
      { phase: 'connect', retryable: maybe ? 'unknown' : true, cause: error },
    );
  }
}
