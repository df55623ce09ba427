import type { DeliveryOutcome } from './mail-delivery.js';
import { MailDelivery } from './mail-delivery.js';

/** Stands in when `Enabled` is false and the settings choose no delivery. Policy lets no mail come this far. */
export class DisabledMailDelivery extends MailDelivery {
  readonly name = 'none';

  async deliver(): Promise<DeliveryOutcome> {
    throw new Error('Mail is disabled by the settings; nothing can be delivered.');
  }

  async verify(): Promise<void> {}

  async close(): Promise<void> {}
}
