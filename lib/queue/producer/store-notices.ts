import type { Logger } from '@nestjs/common';
import { visible } from '../../core/redaction/printable.js';
import type { StoreListener } from '../store/store-listener.js';

/** Tells the log once that a queue cannot be used, and once that it can again. */
export class StoreNotices implements StoreListener {
  readonly #logger: Pick<Logger, 'warn' | 'log'>;
  readonly #timeoutMs: number;
  #label = '';
  #away = false;

  constructor(logger: Pick<Logger, 'warn' | 'log'>, timeoutMs: number) {
    this.#logger = logger;
    this.#timeoutMs = timeoutMs;
  }

  /** The store that it is about. */
  about(label: string): void {
    this.#label = label;
  }

  onTrouble(words: string): void {
    if (this.#away) return;
    this.#away = true;
    this.#logger.warn(
      `The queue ${this.#label} cannot be used: ${visible(words).replace(/\.$/, '')}. Until it can, sends fail after ${this.#timeoutMs} ms.`,
    );
  }

  onRecovered(): void {
    if (!this.#away) return;
    this.#away = false;
    this.#logger.log(`The queue ${this.#label} can be used.`);
  }
}
