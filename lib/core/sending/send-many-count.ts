import type { SendManyOptions, SendManyProgress } from './send-many-options.js';
import type { SentMail } from './sent-mail.js';

/** Counts what becomes of the messages of one `sendMany`, and tells it. */
export class SendManyCount {
  readonly #onProgress: SendManyOptions['onProgress'];
  readonly #onFault: (error: unknown) => void;
  #counts = { begun: 0, sent: 0, suppressed: 0, failed: 0, unsent: 0 };
  #faulty = false;

  /**
   * @param onProgress what the caller gave
   * @param onFault called with the first of its errors
   */
  constructor(onProgress: SendManyOptions['onProgress'], onFault: (error: unknown) => void) {
    this.#onProgress = onProgress;
    this.#onFault = onFault;
  }

  /** The counts so far. */
  get now(): SendManyProgress {
    return { ...this.#counts };
  }

  /** A send has begun. */
  begun(): void {
    this.#counts.begun++;
  }

  /** A send has ended. */
  ended({ receipt }: SentMail): void {
    if (!receipt) this.#counts.failed++;
    else if (receipt.status === 'suppressed') this.#counts.suppressed++;
    else this.#counts.sent++;
    this.#tell();
  }

  /** A message was not sent any more. */
  unsent(): void {
    this.#counts.unsent++;
    this.#tell();
  }

  #tell(): void {
    const onProgress = this.#onProgress;
    if (!onProgress) return;
    try {
      // Not waited for, and any thenable may reject.
      Promise.resolve(onProgress(this.now)).catch((error: unknown) => this.#fault(error));
    } catch (error) {
      this.#fault(error);
    }
  }

  #fault(error: unknown): void {
    if (this.#faulty) return;
    this.#faulty = true;
    this.#onFault(error);
  }
}
