import { UnorderedSet } from '../concurrency/unordered-set.js';
import type { SendBounds } from './send-bounds.js';

/** The sends of a mailer that are under way, until those who hear of their outcome have heard of it. */
export class SendsUnderWay {
  readonly #sends = new UnorderedSet<SendBounds>();
  readonly #whenIdle = new Set<() => void>();
  #usedAt = performance.now();
  #uses = 0;

  /** When the mailer was used last, by `performance.now()`: now, while a send or another use is under way. */
  get usedAt(): number {
    return this.#sends.size > 0 || this.#uses > 0 ? performance.now() : this.#usedAt;
  }

  /** The mailer is being used, though not for a send. */
  touch(): void {
    this.#usedAt = performance.now();
  }

  /** The mailer is being used, though not for a send, until the work is over. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#uses++;
    try {
      return await work;
    } finally {
      this.#uses--;
      this.touch();
    }
  }

  add(bounds: SendBounds): void {
    this.#sends.add(bounds);
  }

  ended(bounds: SendBounds): void {
    this.#sends.delete(bounds);
    this.touch();
    if (this.#sends.size > 0) return;
    for (const tell of this.#whenIdle) tell();
    this.#whenIdle.clear();
  }

  /** Ends them all. */
  cut(): void {
    for (const bounds of this.#sends.values()) bounds.cut();
  }

  /** Resolves when none is under way. */
  async untilIdle(): Promise<void> {
    if (this.#sends.size > 0) await new Promise<void>(resolve => this.#whenIdle.add(resolve));
  }
}
