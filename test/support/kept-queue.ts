import type {
  ComposedMail,
  DeliverOptions,
  DeliveryOutcome,
  QueuedDeliverOptions,
  QueuedMailProgress,
} from 'nest-mailroom';
import { MailDelivery } from 'nest-mailroom';

/** One mail as it came to the queue. */
export interface KeptMail {
  readonly mail: ComposedMail;
  readonly queue: QueuedDeliverOptions | undefined;
}

/** A delivery that keeps its mails in memory, for what the mailer tells a queue, whichever that is. */
export class KeptQueue extends MailDelivery {
  readonly name = 'queue';
  override readonly queues = true;
  readonly kept: KeptMail[] = [];
  /** What becomes of the next mails; `queued` once there is nothing left of it. */
  readonly answers: (Partial<DeliveryOutcome> | Error)[] = [];
  readonly asked: string[] = [];

  override async deliver(mail: ComposedMail, { queue }: DeliverOptions = {}): Promise<DeliveryOutcome> {
    this.kept.push({ mail, queue });
    const answer = this.answers.shift() ?? {};
    if (answer instanceof Error) throw answer;
    const jobId = `job-${this.kept.length}`;
    return { status: 'queued', accepted: [...mail.envelope.to], rejected: [], jobId, ...answer };
  }

  override async progress(jobId: string): Promise<QueuedMailProgress> {
    this.asked.push(jobId);
    return { state: 'waiting', accepted: [], rejected: [], attempts: 0 };
  }

  override async verify(): Promise<void> {}

  override async close(): Promise<void> {}
}
