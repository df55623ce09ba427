import type { StoreListener } from '../store-listener.js';

/** Tells of each outage once, and once of its end, whoever meets it. */
export class Outages {
  readonly #listener: StoreListener | undefined;
  #away = false;

  /** @param listener undefined for nobody */
  constructor(listener: StoreListener | undefined) {
    this.#listener = listener;
  }

  /** @param words what is wrong, without secrets */
  failed(words: string): void {
    if (this.#away) return;
    this.#away = true;
    this.#listener?.onTrouble(words);
  }

  /** The server has answered. */
  over(): void {
    if (!this.#away) return;
    this.#away = false;
    this.#listener?.onRecovered();
  }
}
