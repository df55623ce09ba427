import { isPromise } from 'node:util/types';
import type { MailReceipt } from '../delivery/mail-receipt.js';
import type { CallerNotes, CallSite } from '../errors/call-site.js';
import { hideInError } from '../errors/hide-in-error.js';
import { MailDeliveryError } from '../errors/mail-delivery-error.js';
import { isMailError } from '../errors/mail-error.js';
import { redactorOf } from '../mime/redact-for.js';
import { addSecrets } from './add-secrets.js';
import type { MailTelemetry, SendSpan } from './mail-telemetry.js';
import type { MessageStreams } from './message-streams.js';
import type { BoundedSend, SendBounds } from './send-bounds.js';
import { cutError } from './send-bounds.js';
import type { SendOutcome } from './send-outcome.js';
import type { SendSteps, SendStepsParts } from './send-steps.js';
import type { SendTrace } from './send-trace.js';
import { traceRedactor } from './send-trace.js';
import { sendFacts } from './telemetry-facts.js';

/** What all sends of a mailer work with. */
export interface SendRunParts extends Pick<SendStepsParts, 'delivery' | 'listeners' | 'log'> {
  readonly telemetry: MailTelemetry;
  /** Whether the delivery is the application's own, whose errors nobody has looked through. */
  readonly ownDelivery: boolean;
  readonly callers: CallerNotes;
  /** The steps; undefined until they are loaded. */
  readonly steps: SendSteps | undefined;
  /** Loads them. */
  loadSteps(): Promise<SendSteps>;
}

/** What one send works with. */
export interface SendRunWork {
  readonly trace: SendTrace;
  readonly bounds: SendBounds;
  readonly streams: MessageStreams;
  /** Where the application called; its lines are added to the stack of the error. */
  readonly caller: CallSite;
}

/**
 * One send while it runs: takes its steps within its bounds, and tells everybody of the outcome. An object with a few callbacks,
 * where an asynchronous function would do: thousands may wait at once, and each would hold the frame of that function, and a
 * promise for each of its steps.
 */
export class SendRun implements BoundedSend {
  readonly #parts: SendRunParts;
  readonly #trace: SendTrace;
  readonly #bounds: SendBounds;
  readonly #streams: MessageStreams;
  readonly #caller: CallSite;
  #span: SendSpan | undefined;
  #settle: (outcome: SendOutcome) => void = () => {};

  constructor(parts: SendRunParts, { trace, bounds, streams, caller }: SendRunWork) {
    this.#parts = parts;
    this.#trace = trace;
    this.#bounds = bounds;
    this.#streams = streams;
    this.#caller = caller;
  }

  /**
   * Takes the steps. Never throws.
   *
   * @param unfit why the send cannot go on; undefined when it can
   * @returns what became of it, when everybody has been told
   */
  run(unfit: unknown): Promise<MailReceipt> {
    // The first outcome counts: of a send that was cut, the delivery may answer late. By a promise, so that hooks and the log run
    // in the asynchronous context of the caller: an outcome comes in that of the span, or of whoever has cut the send.
    const outcome = new Promise<SendOutcome>(settle => (this.#settle = settle));
    const receipt = outcome.then(ended => this.#tell(ended));
    try {
      const begun = this.#parts.telemetry.begin();
      if (!isPromise(begun)) this.#begin(begun, unfit);
      else
        begun.then(
          span => this.#begin(span, unfit),
          (error: unknown) => this.#settle({ error }),
        );
    } catch (error) {
      this.#settle({ error });
    }
    return receipt;
  }

  /** The signal of the send fired a while ago, and nothing has come of that. */
  overdue(): void {
    this.#failed(cutError(this.#bounds.signal, this.#trace));
  }

  #begin(span: SendSpan, unfit: unknown): void {
    this.#span = span;
    try {
      this.#bounds.begin(this, this.#trace);
    } catch (error) {
      return this.#settle({ error });
    }
    try {
      void span.run(() => this.#takeSteps(unfit));
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Without a turn in between once the steps are there. Never rejects. */
  #takeSteps(unfit: unknown): Promise<void> {
    const { steps } = this.#parts;
    const taken = steps
      ? this.#prepareAndDeliver(steps, unfit)
      : this.#parts.loadSteps().then(loaded => this.#prepareAndDeliver(loaded, unfit));
    return taken.catch((error: unknown) => this.#failed(error));
  }

  async #prepareAndDeliver(steps: SendSteps, unfit: unknown): Promise<void> {
    if (unfit !== undefined) throw unfit;
    const { signal } = this.#bounds;
    const mails = await steps.prepare(this.#trace, this.#streams, signal);
    // Not awaited, which would hold this frame while the mail waits.
    Promise.resolve(steps.deliver(this.#trace, mails, signal)).then(
      receipt => this.#settle({ receipt }),
      (error: unknown) => this.#failed(error),
    );
  }

  #failed(error: unknown): void {
    this.#settle({ error: this.#bounds.failure(error, this.#trace) });
  }

  async #tell(ended: SendOutcome): Promise<MailReceipt> {
    const { delivery, listeners, log } = this.#parts;
    const trace = this.#trace;
    try {
      this.#streams.close();
      const outcome = 'error' in ended ? { error: this.#asTold(ended.error) } : ended;
      this.#span?.end(() => sendFacts(trace, delivery.name, outcome));
      log.ended(trace, outcome, this.#caller);
      if (listeners.any) await this.#bounds.whileTold(listeners.tell(trace, outcome));
      if ('error' in outcome) throw outcome.error;
      return outcome.receipt;
    } finally {
      this.#bounds.end();
    }
  }

  /** An error without secrets, and with the lines of the application. */
  #asTold(thrown: unknown): unknown {
    const error = this.#withoutSecrets(thrown);
    this.#parts.callers.add(error, this.#caller);
    return error;
  }

  /** Before a mail is handed over, errors may show values of the message; those of our deliveries show no secrets. */
  #withoutSecrets(error: unknown): unknown {
    const trace = this.#trace;
    if (trace.step === 'hooks') addSecrets(trace);
    const { secrets } = trace;
    if (!isMailError(error)) return error;
    if (error instanceof MailDeliveryError)
      return this.#parts.ownDelivery ? hideInError(error, traceRedactor(trace)) : error;
    return secrets.length > 0 ? hideInError(error, redactorOf({ secrets })) : error;
  }
}
