import type { LazySignal } from '../concurrency/lazy-signal.js';
import type { MailReceipt } from '../delivery/mail-receipt.js';
import type { CallSite } from '../errors/call-site.js';
import { CallerNotes } from '../errors/call-site.js';
import { hideInError } from '../errors/hide-in-error.js';
import { MailDeliveryError } from '../errors/mail-delivery-error.js';
import { isMailError } from '../errors/mail-error.js';
import type { MailMessage } from '../message/mail-message.js';
import { plainMessage } from '../message/plain-message.js';
import { redactorOf } from '../mime/redact-for.js';
import { addSecrets } from './add-secrets.js';
import type { MailTelemetry } from './mail-telemetry.js';
import { MessageStreams } from './message-streams.js';
import type { QueueSendOptions } from './queue-options.js';
import { queueRequest } from './queue-request.js';
import type { SendLimits } from './send-limits.js';
import { SendMany } from './send-many.js';
import type { SendOptions } from './send-options.js';
import type { SendOutcome } from './send-outcome.js';
import type { SendSteps, SendStepsParts } from './send-steps.js';
import type { SendDetails, SendTrace } from './send-trace.js';
import { sendTrace, traceRedactor } from './send-trace.js';
import { sendFacts } from './telemetry-facts.js';

/** What a sender works with. */
export interface MailSenderParts extends SendStepsParts {
  readonly limits: SendLimits;
  readonly telemetry: MailTelemetry;
  /** Whether the delivery is the application's own, whose errors nobody has looked through. */
  readonly ownDelivery: boolean;
}

/** The one way through: message, render, recipient policy, compose, deliver, receipt. */
export class MailSender {
  readonly #parts: MailSenderParts;
  readonly #callers = new CallerNotes();
  #steps: SendSteps | undefined;

  constructor(parts: MailSenderParts) {
    this.#parts = parts;
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
          span.run(() => this.#take(trace, bounds.signal, streams, unfit)),
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

  /** Without a turn in between once the steps are there: thousands of sends may wait. */
  #take(trace: SendTrace, signal: LazySignal, streams: MessageStreams, unfit: unknown): Promise<MailReceipt> {
    return this.#steps
      ? this.#steps.take(trace, signal, streams, unfit)
      : this.#importSteps().then(steps => steps.take(trace, signal, streams, unfit));
  }

  async #importSteps(): Promise<SendSteps> {
    const { SendSteps: Steps } = await import('./send-steps.js');
    return (this.#steps ??= new Steps(this.#parts));
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
