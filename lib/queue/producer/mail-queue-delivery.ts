import { Inject, Injectable, Optional } from '@nestjs/common';
import { abortedError } from '../../core/delivery/aborted-error.js';
import { InFlight } from '../../core/delivery/in-flight.js';
import { signalOf } from '../../core/delivery/lazy-deliver-options.js';
import type {
  DeliverOptions,
  DeliveryOutcome,
  MailBacklog,
  QueuedMailProgress,
} from '../../core/delivery/mail-delivery.js';
import { MailDelivery } from '../../core/delivery/mail-delivery.js';
import { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import { MailSettingsError } from '../../core/errors/mail-settings-error.js';
import type { ComposedMail } from '../../core/mime/composed-mail.js';
import { QueueAccess } from '../admin/queue-access.js';
import type { ProducerParts } from './producer-parts.js';
import { MAIL_QUEUE_PARTS } from './producer-parts.js';
import { closedFailure } from './put-failure.js';
import { putMail } from './put-mail.js';

const NO_QUEUE =
  'is MailQueueDelivery, which needs a queue: import MailQueueModule.forRoot({ connection: … }) of nest-mailroom/queue beside MailModule, or, where that is not global, among the imports of this mailer';

/**
 * Puts mails into the queue of `MailQueueModule`, from which workers deliver them. For the option `delivery` of a mailer:
 * `MailModule.fromConfig('MailSettings', { delivery: MailQueueDelivery })`.
 */
@Injectable()
export class MailQueueDelivery extends MailDelivery {
  override readonly name = 'queue';
  override readonly queues = true;
  /** Works under the signal of a send as it is, without one of the platform. */
  readonly takesLazySignals = true;
  readonly #parts: ProducerParts;
  readonly #inFlight = new InFlight();

  /**
   * @param parts what `MailQueueModule` provides
   * @throws MailSettingsError when there is no such module
   */
  constructor(@Optional() @Inject(MAIL_QUEUE_PARTS) parts?: ProducerParts) {
    super();
    if (!parts) throw new MailSettingsError([{ key: 'delivery', message: NO_QUEUE }]);
    this.#parts = parts;
    parts.lifetime.hold(this);
  }

  /**
   * Puts a mail into the queue.
   *
   * @throws MailMessageError when the mail, or an option of its send, does not suit the queue, or the key was used for another message
   * @throws MailDeliveryError EMAILCONNECT when the queue cannot be used, EMAILWRITE when the folder for large mails cannot
   */
  override async deliver(mail: ComposedMail, options: DeliverOptions = {}): Promise<DeliveryOutcome> {
    const { messageId } = mail;
    const { label } = this.#parts.store;
    if (this.#inFlight.closed) throw closedFailure(label, messageId);
    this.#parts.lifetime.hold(this);
    this.#inFlight.begin();
    const signal = signalOf(options);
    const linked = this.#inFlight.link(signal);
    try {
      return await putMail(this.#parts, mail, options.queue ?? {}, linked.signal);
    } catch (error) {
      if (!linked.signal.aborted || !(error instanceof MailDeliveryError)) throw error;
      const { phase, retryable } = error;
      if (signal?.aborted) throw abortedError(signal, { phase, retryable, messageId });
      throw retryable === 'unknown' ? error : closedFailure(label, messageId);
    } finally {
      this.#inFlight.end(linked);
    }
  }

  /** Resolves when the store of the queue answers. */
  override async verify(): Promise<void> {
    const { store, timeoutMs } = this.#parts;
    await new QueueAccess(store, timeoutMs).ask(queue => queue.isPaused());
  }

  /** The mails of the queue. */
  override async backlog(): Promise<MailBacklog> {
    const queue = await this.#parts.queue.counts();
    const { waiting, oldestAgeMs } = queue;
    return { count: waiting, ...(oldestAgeMs !== undefined && { oldestAgeMs }), queue };
  }

  /** How far a mail has come. */
  override progress(jobId: string): Promise<QueuedMailProgress> {
    return this.#parts.queue.progress(jobId);
  }

  override async close(graceMs = 0): Promise<void> {
    await this.#inFlight.close(graceMs);
    await this.#parts.lifetime.release(this);
  }
}
