import { abortedError } from '../../lib/core/delivery/aborted-error.js';
import type { DeliverOptions, DeliveryOutcome } from '../../lib/core/delivery/mail-delivery.js';
import { MailDelivery } from '../../lib/core/delivery/mail-delivery.js';
import { MailDeliveryError } from '../../lib/core/errors/mail-delivery-error.js';
import type { ComposedMail } from '../../lib/core/mime/composed-mail.js';
import type { ArrivedMail } from './mail-delivery.contract.js';
import { describeMailDelivery } from './mail-delivery.contract.js';

/** The least that somebody else's delivery does: it keeps mails in memory. */
class MemoryDelivery extends MailDelivery {
  readonly name = 'memory';
  readonly kept: ArrivedMail[] = [];
  readonly #underWay = new Set<Promise<Buffer>>();
  #closed = false;

  async deliver(mail: ComposedMail, { signal }: DeliverOptions = {}): Promise<DeliveryOutcome> {
    if (this.#closed)
      throw new MailDeliveryError('EMAILCLOSED', 'closed', { phase: 'connect', retryable: true });
    if (signal?.aborted) throw abortedError(signal, { phase: 'connect', retryable: true });
    const reading = mail.bytes();
    this.#underWay.add(reading);
    try {
      this.kept.push({ envelope: mail.envelope, raw: await reading });
    } finally {
      this.#underWay.delete(reading);
    }
    return { status: 'queued', accepted: [...mail.envelope.to], rejected: [] };
  }

  async verify(): Promise<void> {}

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
  }
}

describeMailDelivery('A delivery of the application’s own', async () => {
  const delivery = new MemoryDelivery();
  return { delivery, status: 'queued', arrived: async () => delivery.kept, tearDown: async () => {} };
});
