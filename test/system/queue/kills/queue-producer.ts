import { MailModule } from 'nest-mailroom';
import { MailQueue, MailQueueDelivery, MailQueueModule } from 'nest-mailroom/queue';
import type { MailQueueOptions } from 'nest-mailroom/queue';
import type { MailApp } from '../../../support/mail-app.js';
import { startApp } from '../../../support/mail-app.js';
import { eventually } from '../../postfix/eventually.js';
import { inParallel } from '../../postfix/in-parallel.js';
import type { NumberedMail } from '../../postfix/numbered-mails.js';
import { sendUntilAccepted } from '../../postfix/persistent-sender.js';

/** Sends at the same time. */
const WIDTH = 5;
const DRAINED_MS = 90_000;

/** An application that puts mails into a queue, and looks at it. */
export class QueueProducer {
  readonly #app: MailApp;
  /** Sends that did not reach the store, or did and did not hear of it. Each was made again. */
  refused = 0;

  private constructor(app: MailApp) {
    this.#app = app;
  }

  /** Starts it; end it with {@link close}. */
  static async start(queue: MailQueueOptions): Promise<QueueProducer> {
    const settings = { FromAddress: 'no-reply@contoso.test', Host: '127.0.0.1', Port: 25 };
    return new QueueProducer(
      await startApp(
        MailModule.forRoot(settings, { delivery: MailQueueDelivery }),
        MailQueueModule.forRoot(queue),
      ),
    );
  }

  /** The administration of the queue. */
  get queue(): MailQueue {
    return this.#app.app.get(MailQueue, { strict: false });
  }

  /** Puts mails into the queue as a careful caller does: each again while it may help, under the same Message-ID. */
  async put(mails: readonly NumberedMail[]): Promise<void> {
    const { mail } = this.#app;
    await inParallel(mails, WIDTH, async ({ to, subject, text, messageId }) => {
      const { failures, unknowns } = await sendUntilAccepted(mail, { to, subject, text, messageId });
      this.refused += failures + unknowns;
    });
  }

  /** Waits until every mail of the queue is delivered or given up; resolves with how many were given up. */
  async drained(): Promise<number> {
    let left = '';
    let failed = 0;
    const empty = async (): Promise<boolean> => {
      const counts = await this.queue.counts();
      left = JSON.stringify(counts);
      failed = counts.failed;
      return counts.waiting + counts.delayed + counts.active === 0;
    };
    await eventually('the queue is empty', empty, DRAINED_MS).catch((cause: unknown) => {
      throw new Error(`The queue is not empty: ${left}`, { cause });
    });
    return failed;
  }

  /** Ends it. */
  async close(): Promise<void> {
    await this.#app.close();
  }
}
