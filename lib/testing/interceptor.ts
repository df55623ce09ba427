import type { DeliverOptions, DeliveryOutcome } from '../core/delivery/mail-delivery.js';
import { MailDelivery } from '../core/delivery/mail-delivery.js';
import type { ComposedMail } from '../core/mime/composed-mail.js';
import type { MailObserver, ObservedSend } from '../core/sending/mail-observer.js';
import type { MailStore } from './mail-store.js';
import type { PlannedOutcomes } from './planned-outcomes.js';

/**
 * Takes the place of the delivery of every mailer of an application, with the outcomes that a test has planned, and keeps
 * what the mailers report of their sends: also what was dropped, suppressed, or failed before any delivery.
 */
export class Interceptor extends MailDelivery implements MailObserver {
  readonly name: string;
  /** Mailers with a queue are tested as they are. */
  override readonly queues = true;
  readonly #store: MailStore;
  readonly #planned: PlannedOutcomes;

  constructor(name: string, store: MailStore, planned: PlannedOutcomes) {
    super();
    this.name = name;
    this.#store = store;
    this.#planned = planned;
  }

  override deliver(mail: ComposedMail, options?: DeliverOptions): Promise<DeliveryOutcome> {
    return this.#planned.deliver(mail, options);
  }

  observe(send: ObservedSend): Promise<void> {
    return this.#store.keepSend(send);
  }

  override async verify(): Promise<void> {}

  override async close(): Promise<void> {}
}
