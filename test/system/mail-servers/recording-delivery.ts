import { createDelivery } from '../../../lib/core/delivery/create-delivery.js';
import type { DeliverOptions, DeliveryOutcome } from '../../../lib/core/delivery/mail-delivery.js';
import { MailDelivery } from '../../../lib/core/delivery/mail-delivery.js';
import type { ComposedMail } from '../../../lib/core/mime/composed-mail.js';
import type { MailSettingsInput } from '../../../lib/core/settings/mail-settings.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';

/** The module's own SMTP delivery, and the bytes that it was given. */
export class RecordingDelivery extends MailDelivery {
  readonly #inner: MailDelivery;
  /** The bytes of the last mail. */
  composed: Buffer = Buffer.alloc(0);

  private constructor(inner: MailDelivery) {
    super();
    this.#inner = inner;
  }

  /** Makes a delivery for these settings that trusts this certificate authority. */
  static async create(input: MailSettingsInput, ca: string): Promise<RecordingDelivery> {
    return new RecordingDelivery(await createDelivery(resolveMailSettings(input), { smtp: { tls: { ca } } }));
  }

  get name(): string {
    return this.#inner.name;
  }

  override async deliver(mail: ComposedMail, options?: DeliverOptions): Promise<DeliveryOutcome> {
    this.composed = await mail.bytes();
    return this.#inner.deliver(mail, options);
  }

  override verify(): Promise<void> {
    return this.#inner.verify();
  }

  override close(graceMs?: number): Promise<void> {
    return this.#inner.close(graceMs);
  }
}
