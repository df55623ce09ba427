import type { MailReceipt } from '../../core/delivery/mail-receipt.js';
import type { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import type { TextStream } from '../text-output.js';
import { jsonDocument, written } from '../text-output.js';
import type { SendPlan } from './send-report.js';
import { SendReport } from './send-report.js';

/** One JSON document, at the end. */
export class JsonSendReport extends SendReport {
  readonly #output: TextStream;
  readonly #verbose: boolean;
  readonly #facts: Record<string, unknown> = {};

  constructor(output: TextStream, verbose: boolean) {
    super();
    this.#output = output;
    this.#verbose = verbose;
  }

  override begin({ to, settings, policy, warnings }: SendPlan): void {
    const { delivery, host, port, pickupDirectory, fromAddress } = settings;
    const target = delivery === 'pickup' ? { pickupDirectory } : { host, port };
    Object.assign(this.#facts, { to, delivery, ...target, fromAddress, policy, warnings });
  }

  override receipt(receipt: MailReceipt): void {
    this.#facts['receipt'] = receipt;
  }

  override failure({
    code,
    message,
    phase,
    retryable,
    responseCode,
    enhancedCode,
    response,
    recipients,
    messageId,
    transcript,
  }: MailDeliveryError): void {
    this.#facts['error'] = {
      code,
      message,
      phase,
      retryable,
      responseCode,
      enhancedCode,
      response,
      recipients,
      messageId,
      ...(this.#verbose && { transcript }),
    };
  }

  override cut(interrupted: boolean): void {
    this.#facts['interrupted'] = interrupted;
    this.#facts['timedOut'] = !interrupted;
  }

  override end(exitCode: number): Promise<void> {
    return written(this.#output, jsonDocument({ ok: exitCode === 0, exitCode, ...this.#facts }));
  }
}
