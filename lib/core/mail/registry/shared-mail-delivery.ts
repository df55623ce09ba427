import type {
  DeliverOptions,
  DeliveryOutcome,
  MailBacklog,
  QueuedMailProgress,
  VerifyOptions,
} from '../../delivery/mail-delivery.js';
import { MailDelivery } from '../../delivery/mail-delivery.js';
import { Holders } from './holders.js';

/** A delivery of the application's own that several mailers may have: closed when the last of them is. */
export class SharedMailDelivery extends MailDelivery {
  override readonly queues: boolean;
  override readonly progress?: (jobId: string) => Promise<QueuedMailProgress>;
  override readonly backlog?: (options?: VerifyOptions) => Promise<MailBacklog | undefined>;
  readonly #delivery: MailDelivery;
  readonly #release: (graceMs?: number) => Promise<void>;

  /** @param release called once, when this mailer does not need the delivery any more */
  constructor(delivery: MailDelivery, release: (graceMs?: number) => Promise<void>) {
    super();
    this.#delivery = delivery;
    this.#release = release;
    this.queues = delivery.queues === true;
    if (delivery.progress) this.progress = delivery.progress.bind(delivery);
    if (delivery.backlog) this.backlog = async options => delivery.backlog?.(options);
  }

  get name(): string {
    return this.#delivery.name;
  }

  override deliver(
    mail: Parameters<MailDelivery['deliver']>[0],
    options?: DeliverOptions,
  ): Promise<DeliveryOutcome> {
    return this.#delivery.deliver(mail, options);
  }

  override verify(options?: VerifyOptions): Promise<void> {
    return this.#delivery.verify(options);
  }

  override async close(graceMs?: number): Promise<void> {
    await this.#release(graceMs);
  }
}

/** Deliveries of the application's own that several mailers may have. */
export class SharedDeliveries {
  readonly #holders = new Holders<MailDelivery>();

  /** The delivery for one more mailer. */
  hold(delivery: MailDelivery): MailDelivery {
    const release = this.#holders.hold(delivery);
    return new SharedMailDelivery(delivery, async graceMs => {
      if (release()) await delivery.close(graceMs);
    });
  }
}
