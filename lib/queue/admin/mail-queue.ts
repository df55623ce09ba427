import { Injectable } from '@nestjs/common';
import type { QueueCounts, QueuedMailProgress } from '../../core/delivery/mail-delivery.js';
import { dropMail } from './drop-mail.js';
import type { FailedMail } from './failed-mail.js';
import { failedMails } from './failed-mails.js';
import { mailProgress } from './mail-progress.js';
import type { MailQueueEvents, MailQueueListener } from './mail-queue-events.js';
import { QueueListeners } from './mail-queue-events.js';
import type { MailQueueParts } from './mail-queue-parts.js';
import { QueueAccess } from './queue-access.js';
import { queueCounts } from './queue-counts.js';
import type { RetryAllOptions } from './retry-failed.js';
import { retryAllFailed, retryFailed } from './retry-failed.js';

/** Most mails of one page of `failed`. */
const LARGEST_PAGE = 1000;

/**
 * Looks after a queue: counts its mails, and tries again, drops or pauses. Inject it where `MailQueueModule` is imported. Every answer
 * of the store is waited for no longer than the option `timeoutMs`; what can be asked for at all rejects with `MailDeliveryError`
 * EMAILCONNECT when it cannot be had.
 */
@Injectable()
export class MailQueue {
  readonly #parts: MailQueueParts;
  readonly #access: QueueAccess;
  readonly #listeners: QueueListeners;

  constructor(parts: MailQueueParts) {
    this.#parts = parts;
    this.#access = new QueueAccess(parts.store, parts.timeoutMs);
    this.#listeners = new QueueListeners(parts.store, parts.timeoutMs);
  }

  /** Counts the mails of the queue, and its workers. `oldestAgeMs` is that of the oldest mail that a worker might take now. */
  async counts(): Promise<QueueCounts> {
    return this.#access.ask(queue => queueCounts(queue));
  }

  /**
   * The mails that were given up, those first that failed last.
   *
   * @param page 0 for the first. @default 0
   * @param size mails of a page, 1 to 1000. @default 100
   * @throws RangeError for another page or size
   */
  async failed(page = 0, size = 100): Promise<FailedMail[]> {
    if (!Number.isSafeInteger(page) || page < 0)
      throw new RangeError(`The page must be a whole number from 0, not ${String(page)}`);
    if (!Number.isSafeInteger(size) || size < 1 || size > LARGEST_PAGE)
      throw new RangeError(`The size must be a whole number from 1 to ${LARGEST_PAGE}, not ${String(size)}`);
    return failedMails(this.#access, page * size, size);
  }

  /**
   * Tries a mail again that was given up. Recipients who have it get it no second time.
   *
   * @throws MailQueueError when the queue does not have it, or it was not given up
   */
  async retry(id: string): Promise<void> {
    await this.#access.ask(queue => retryFailed(queue, id), true);
  }

  /**
   * Tries all mails again that have been given up by now.
   *
   * @returns how many
   */
  async retryAll(options: RetryAllOptions = {}): Promise<number> {
    return retryAllFailed(this.#access, options);
  }

  /**
   * Takes a mail out of the queue, whatever its state, with its bytes. A send with its key is no duplicate any more.
   *
   * @throws MailQueueError when the queue does not have it, or a worker has it at this moment
   */
  async drop(id: string): Promise<void> {
    await dropMail(this.#access, this.#parts, id);
  }

  /** Keeps all workers from taking mails until `resume`, also after restarts; what they have begun they finish. Sends go on. */
  async pause(): Promise<void> {
    await this.#access.ask(queue => queue.pause(), true);
  }

  /** Ends `pause`. Does not end the pause that workers make while the mail server cannot be used. */
  async resume(): Promise<void> {
    await this.#access.ask(queue => queue.resume(), true);
  }

  /**
   * How far a mail has come. Addresses are masked where the content of the mail is sealed and `keys` do not open it, and once it is
   * delivered: its content is gone then.
   *
   * @param id the job, as receipts name it
   */
  async progress(id: string): Promise<QueuedMailProgress> {
    return mailProgress(this.#access, this.#parts.keys, id);
  }

  /**
   * Calls back when something happens in the queue, in whatever process. Events are for showing and counting: those from before the
   * store is reached, or from while it is away, can be missed.
   *
   * @returns ends it
   * @throws RangeError when there is no such event
   */
  on<E extends keyof MailQueueEvents>(event: E, listener: MailQueueListener<E>): () => void {
    return this.#listeners.add(event, listener);
  }

  /** Ends all listening. Called by Nest; harmless when done twice. */
  onApplicationShutdown(): void {
    this.#listeners.end();
  }
}
