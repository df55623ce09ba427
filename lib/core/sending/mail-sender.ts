import type { MailReceipt } from '../delivery/mail-receipt.js';
import type { CallSite } from '../errors/call-site.js';
import { CallerNotes } from '../errors/call-site.js';
import { lateImport } from '../errors/late-import.js';
import type { MailMessage } from '../message/mail-message.js';
import { plainMessage } from '../message/plain-message.js';
import type { MailTelemetry } from './mail-telemetry.js';
import { MessageStreams } from './message-streams.js';
import type { QueueSendOptions } from './queue-options.js';
import { queueRequest } from './queue-request.js';
import type { SendLimits } from './send-limits.js';
import { SendMany } from './send-many.js';
import type { SendOptions } from './send-options.js';
import type { SendRunParts } from './send-run.js';
import { SendRun } from './send-run.js';
import type { SendSteps, SendStepsParts } from './send-steps.js';
import type { SendDetails, SendTrace } from './send-trace.js';
import { sendTrace } from './send-trace.js';

const importSteps = lateImport(() => import('./send-steps.js'));

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
  readonly #runParts: SendRunParts & { steps: SendSteps | undefined };

  constructor(parts: MailSenderParts) {
    this.#parts = parts;
    this.#runParts = {
      ...parts,
      callers: new CallerNotes(),
      steps: undefined,
      loadSteps: () => this.#loadSteps(),
    };
  }

  /**
   * Sends one message within its bounds. Hooks hear of the outcome after that: what is known by then must not be lost to
   * a time limit.
   *
   * @param caller where the application called; its lines are added to the stack of the error
   * @throws MailError, or what a hook or a delivery of the application has thrown
   */
  send(
    message: MailMessage,
    options: SendOptions | undefined,
    caller: CallSite,
    details?: SendDetails,
  ): Promise<MailReceipt> {
    const { message: read, failure } = plainMessage(message);
    const trace = sendTrace(read, details);
    const streams = new MessageStreams();
    // Before anything else: a stream without a listener that fails ends the process.
    streams.hold(read);
    const bounds = this.#parts.limits.begin(options);
    const run = new SendRun(this.#runParts, { trace, bounds, streams, caller });
    return run.run(this.#askQueue(trace, bounds.queue, failure));
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

  async #loadSteps(): Promise<SendSteps> {
    const { SendSteps: Steps } = await importSteps();
    return (this.#runParts.steps ??= new Steps(this.#parts));
  }
}
