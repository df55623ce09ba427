import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../core/errors/error-facts.js';
import { visible } from '../../core/redaction/printable.js';
import type { RelayEvent } from '../relay-event.js';
import { printableName } from '../spool/printable-name.js';
import type { RelayTrouble } from './relay-trouble.js';

/** Milliseconds between two tries at the end of a relay. */
const RETRY_MS = 250;

interface Leftover {
  readonly work: () => Promise<void>;
  /** Whether somebody was told why it cannot be done. */
  told: boolean;
}

/** What could not be done with the files of mails whose outcome is known: it is tried again until it is done. */
export class Leftovers {
  readonly #trouble: RelayTrouble;
  readonly #emit: (event: RelayEvent) => void;
  /** What is left to do, by the names of the files. */
  readonly #left = new Map<string, Leftover>();
  #retrying: Promise<void> | undefined;

  constructor(trouble: RelayTrouble, emit: (event: RelayEvent) => void) {
    this.#trouble = trouble;
    this.#emit = emit;
  }

  /** Files with which there is something left to do. */
  get count(): number {
    return this.#left.size;
  }

  /** Does something with a file; when it fails, it is done later. Never rejects. */
  async do(name: string, work: () => Promise<void>): Promise<void> {
    await this.#try(name, { work, told: false });
  }

  /** Tries once more what is left. Never rejects. */
  async retry(): Promise<void> {
    this.#retrying ??= this.#retryAll().finally(() => {
      this.#retrying = undefined;
    });
    await this.#retrying;
  }

  /** Tries again and again until nothing is left, or a signal fires; says how many are left then. Never rejects. */
  async finish(cut: AbortSignal): Promise<void> {
    await this.retry();
    while (this.count > 0 && !cut.aborted) {
      await delay(RETRY_MS, undefined, { signal: cut }).catch(() => {});
      await this.retry();
    }
    if (this.count === 0) return;
    const reason = `${this.count} of the mails could not be put where they belong. They stay claimed, and the next relay takes them up.`;
    this.#emit({ type: 'problem', reason });
  }

  async #retryAll(): Promise<void> {
    for (const [name, leftover] of this.#left) await this.#try(name, leftover);
  }

  async #try(name: string, leftover: Leftover): Promise<void> {
    const step = `file ${name}`;
    try {
      await leftover.work();
      this.#left.delete(name);
      this.#trouble.succeeded(step);
    } catch (error) {
      const isFirst = !this.#left.has(name);
      this.#left.set(name, leftover);
      if (await this.#trouble.explains(step, error)) return;
      this.#trouble.succeeded(step);
      // What fails only once may have been the end of the trouble with the folder.
      if (isFirst || leftover.told) return;
      leftover.told = true;
      const reason = `${printableName(name)} cannot be put where it belongs: ${visible(messageOf(error))}. Trying again.`;
      this.#emit({ type: 'problem', reason });
    }
  }
}
