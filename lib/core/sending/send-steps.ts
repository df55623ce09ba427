import type { LazySignal } from '../concurrency/lazy-signal.js';
import { abortedError } from '../delivery/aborted-error.js';
import type { MailDelivery } from '../delivery/mail-delivery.js';
import type { MailReceipt } from '../delivery/mail-receipt.js';
import type { ComposedMail } from '../mime/composed-mail.js';
import { deliverGroups } from './deliver-groups.js';
import type { RetryListener, UpcomingRetry } from './deliver-mail.js';
import type { MailPreparationParts } from './mail-preparation.js';
import { MailPreparation } from './mail-preparation.js';
import type { MessageStreams } from './message-streams.js';
import type { RetryPolicy } from './retry-policy.js';
import type { SendLog } from './send-log.js';
import type { SendTrace } from './send-trace.js';
import { suppressedReceipt } from './suppressed-receipt.js';

/** What the steps of a send work with. */
export interface SendStepsParts extends MailPreparationParts {
  readonly delivery: MailDelivery;
  readonly retry: RetryPolicy;
}

/**
 * The steps of a send, from the hooks to the receipt. They are imported with the first send: what reads messages and composes
 * mails is a third of the package, and nothing of it is needed when an application starts.
 */
export class SendSteps {
  readonly #parts: SendStepsParts;
  readonly #preparation: MailPreparation;

  constructor(parts: SendStepsParts) {
    this.#parts = parts;
    this.#preparation = new MailPreparation(parts);
  }

  /**
   * Does everything that comes before the delivery.
   *
   * @returns the finished mails; none when nobody is to get one
   * @throws MailError, or what a hook of the application has thrown
   */
  prepare(trace: SendTrace, streams: MessageStreams, signal: LazySignal): Promise<readonly ComposedMail[]> {
    const { given } = trace.queue ?? {};
    // No `async`, whose promise would take three turns more to follow this one.
    if (!given) return this.#preparation.prepare(trace, streams, signal);
    return given.read(trace.message, signal).then(message => {
      trace.message = message;
      return this.#preparation.prepare(trace, streams, signal);
    });
  }

  /**
   * Delivers the finished mails of one message.
   *
   * @throws MailDeliveryError when nobody has them, or when that is not known
   */
  deliver(
    trace: SendTrace,
    mails: readonly ComposedMail[],
    signal: LazySignal,
  ): MailReceipt | Promise<MailReceipt> {
    const { delivery, retry, log } = this.#parts;
    if (mails.length === 0) return suppressedReceipt(trace, delivery.name);
    if (signal.aborted)
      throw abortedError(signal, { phase: 'connect', retryable: true, messageId: trace.messageId });
    trace.step = 'deliver';
    const { options: queue } = trace.queue ?? {};
    const listener = new TraceRetries(trace, log);
    const delivered = deliverGroups(delivery, mails, { signal, retry, listener, ...(queue && { queue }) });
    return trace.dropped.length === 0
      ? delivered
      : delivered.then(receipt => ({ ...receipt, dropped: trace.dropped }));
  }
}

/** Notes and logs the further tries of one send. */
class TraceRetries implements RetryListener {
  readonly #trace: SendTrace;
  readonly #log: SendLog;

  constructor(trace: SendTrace, log: SendLog) {
    this.#trace = trace;
    this.#log = log;
  }

  retrying(retry: UpcomingRetry): void {
    this.#log.retrying(this.#trace, retry);
  }

  triesAgain(): void {
    this.#trace.retries++;
  }
}
