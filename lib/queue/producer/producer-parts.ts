import type { MailQueueParts } from '../admin/mail-queue-parts.js';
import type { MailQueue } from '../admin/mail-queue.js';
import type { QueueTelemetry } from '../telemetry/queue-telemetry.js';
import type { StoreLifetime } from './store-lifetime.js';

/** Injection token of what `MailQueueDelivery` works with. `MailQueueModule` exports it, as every mailer makes a delivery of its own. */
export const MAIL_QUEUE_PARTS = Symbol('MAIL_QUEUE_PARTS');

/** What the sending side of a queue works with. */
export interface ProducerParts extends MailQueueParts {
  /** Octets above which the content of a mail leaves its job. */
  readonly above: number;
  readonly queue: MailQueue;
  readonly telemetry: QueueTelemetry;
  readonly lifetime: StoreLifetime;
  /** Told what explains an outcome, and nobody needs to act on. */
  readonly debug: (sentence: string) => void;
}
