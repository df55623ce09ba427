import { messageOf } from '../../core/errors/error-facts.js';
import type { RelayEvent } from '../relay-event.js';
import { readableText } from '../spool/held-folder.js';

/** One kind of trouble of the relay itself, with which it goes on: reported once, until it is over. */
export class OngoingTrouble {
  readonly #what: string;
  readonly #emit: (event: RelayEvent) => void;
  #current: string | undefined;

  /** @param what the beginning of the sentence that is reported: `The folder cannot be looked at` */
  constructor(what: string, emit: (event: RelayEvent) => void) {
    this.#what = what;
    this.#emit = emit;
  }

  /** What went wrong last; undefined when nothing is wrong. */
  get current(): string | undefined {
    return this.#current;
  }

  /** It went wrong, perhaps once more. */
  failed(error: unknown): void {
    const isNew = this.#current === undefined;
    this.#current = readableText(messageOf(error));
    if (isNew) this.#emit({ type: 'problem', reason: `${this.#what}: ${this.#current}` });
  }

  /** It went well. */
  succeeded(): void {
    this.#current = undefined;
  }
}
