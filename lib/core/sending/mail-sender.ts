import type { LazySignal } from '../concurrency/lazy-signal.js';
import { abortedError } from '../delivery/aborted-error.js';
import type { MailDelivery } from '../delivery/mail-delivery.js';
import type { MailReceipt } from '../delivery/mail-receipt.js';
import type { CallSite } from '../errors/call-site.js';
import { CallerNotes } from '../errors/call-site.js';
import { hideInError } from '../errors/hide-in-error.js';
import { MailDeliveryError } from '../errors/mail-delivery-error.js';
import { isMailError } from '../errors/mail-error.js';
import type { MailMessage } from '../message/mail-message.js';
import { plainMessage } from '../message/plain-message.js';
import type { ComposedMail } from '../mime/composed-mail.js';
import { redactorOf } from '../mime/redact-for.js';
import { deliverGroups } from './deliver-groups.js';
import type { RetryListener, UpcomingRetry } from './deliver-mail.js';
import type { MailPreparationParts } from './mail-preparation.js';
import { addSecrets, MailPreparation } from './mail-preparation.js';
import type { MailTelemetry } from './mail-telemetry.js';
import { MessageStreams } from './message-streams.js';
import type { QueueSendOptions } from './queue-options.js';
import { queueRequest } from './queue-request.js';
import type { RetryPolicy } from './retry-policy.js';
import type { SendLimits } from './send-limits.js';
import type { SendLog } from './send-log.js';
import { SendMany } from './send-many.js';
import type { SendOptions } from './send-options.js';
import type { SendOutcome } from './send-outcome.js';
import type { SendDetails, SendTrace } from './send-trace.js';
import { sendTrace, traceRedactor } from './send-trace.js';
import { suppressedReceipt } from './suppressed-receipt.js';
import { sendFacts } from './telemetry-facts.js';

/** What a sender works with. */
export interface MailSenderParts extends MailPreparationParts {
  readonly delivery: MailDelivery;
  readonly limits: SendLimits;
  readonly retry: RetryPolicy;
  readonly telemetry: MailTelemetry;
  /** Whether the delivery is the application's own, whose errors nobody has looked through. */
  readonly ownDelivery: boolean;
}

/** The one way through: message, render, recipient policy, compose, deliver, receipt. */
export class MailSender {
  readonly #parts: MailSenderParts;
  readonly #callers = new CallerNotes();
  readonly #preparation: MailPreparation;

  constructor(parts: MailSenderParts) {
    this.#parts = parts;
    this.#preparation = new MailPreparation(parts);
  }

  /**
   * Sends one message within its bounds. Hooks hear of the outcome after that: what is known by then must not be lost to
   * a time limit.
   *
   * @param caller where the application called; its lines are added to the stack of the error
   * @throws MailError, or what a hook or a delivery of the application has thrown
   */
  async send(
    message: MailMessage,
    options: SendOptions | undefined,
    caller: CallSite,
    details?: SendDetails,
  ): Promise<MailReceipt> {
    const { delivery, limits, listeners, log, telemetry } = this.#parts;
    const given = plainMessage(message);
    const trace = sendTrace(given.message, details);
    const streams = new MessageStreams();
    // Before anything else: a stream without a listener that fails ends the process.
    streams.hold(given.message);
    const bounds = limits.begin(options);
    try {
      const unfit = this.#askQueue(trace, bounds.queue, given.failure);
      const begun = telemetry.begin();
      const span = begun instanceof Promise ? await begun : begun;
      let outcome: SendOutcome;
      try {
        const receipt = await bounds.race(trace, () =>
          span.run(() => this.#deliver(trace, bounds.signal, streams, unfit)),
        );
        outcome = { receipt };
      } catch (thrown) {
        const error = this.#withoutSecrets(thrown, trace);
        this.#callers.add(error, caller);
        outcome = { error };
      } finally {
        streams.close();
      }
      span.end(() => sendFacts(trace, delivery.name, outcome));
      log.ended(trace, outcome, caller);
      if (listeners.any) await bounds.whileTold(listeners.tell(trace, outcome));
      if ('error' in outcome) throw outcome.error;
      return outcome.receipt;
    } finally {
      bounds.end();
    }
  }

  /**
   * Sends one message for which nobody waits: never throws, never rejects. A failure is logged as an error, and hooks are
   * told of it.
   *
   * @param caller where the application called
   */
  sendInBackground(message: MailMessage, options: SendOptions | undefined, caller: CallSite): void {
    this.send(message, options, caller, { background: true }).catch(() => {});
  }

  /**
   * Sends the messages of a source.
   *
   * @param closing fires when the application ends
   * @param caller where the application called
   */
  sendMany(messages: unknown, options: unknown, closing: AbortSignal, caller: CallSite): SendMany {
    const { limits, log, settings } = this.#parts;
    return new SendMany(messages, options, {
      send: (message, sendOptions) => this.send(message, sendOptions, caller),
      limits,
      log,
      maxConnections: settings.maxConnections,
      closing,
      caller,
    });
  }

  /** Reads what is asked of a queue; returns why the send cannot go on. */
  #askQueue(trace: SendTrace, asked: QueueSendOptions, unreadable: unknown): unknown {
    try {
      trace.queue = queueRequest(asked, this.#parts.delivery, trace);
      return unreadable;
    } catch (error) {
      return error;
    }
  }

  async #deliver(
    trace: SendTrace,
    signal: LazySignal,
    streams: MessageStreams,
    unfit: unknown,
  ): Promise<MailReceipt> {
    if (unfit !== undefined) throw unfit;
    const { given } = trace.queue ?? {};
    if (given) trace.message = await given.read(trace.message, signal.platform);
    const mails = await this.#preparation.prepare(trace, streams, signal);
    // Not awaited, which would hold this frame too while thousands wait.
    return this.#handOver(trace, mails, signal);
  }

  #handOver(
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

  /** Before a mail is handed over, errors may show values of the message; those of our deliveries show no secrets. */
  #withoutSecrets(error: unknown, trace: SendTrace): unknown {
    if (trace.step === 'hooks') addSecrets(trace);
    const { secrets } = trace;
    if (!isMailError(error)) return error;
    if (error instanceof MailDeliveryError)
      return this.#parts.ownDelivery ? hideInError(error, traceRedactor(trace)) : error;
    return secrets.length > 0 ? hideInError(error, redactorOf({ secrets })) : error;
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
