import type { DeliverOptions, DeliveryOutcome } from '../core/delivery/mail-delivery.js';
import { MailDelivery } from '../core/delivery/mail-delivery.js';
import type { ComposedMail } from '../core/mime/composed-mail.js';
import type { MailObserver, ObservedSend } from '../core/sending/mail-observer.js';
import type { MailStore } from './mail-store.js';
import type { PlannedOutcomes } from './planned-outcomes.js';

/**
 * Stands before the mailers of an application: delivers to nowhere, as planned, and keeps what they tell of their sends.
 * What they tell is the whole truth, with what was dropped, suppressed, or failed before any delivery.
 */
export class Interceptor extends MailDelivery implements MailObserver {
  readonly name: string;
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
