import { logText } from '../../core/redaction/log-text.js';
import type { QueueWorkerListener } from './queue-worker-event.js';

/** Milliseconds without trouble after which the store is asked whether it works again. */
const QUIET_MS = 3000;

/** Tells once that the store cannot be used, and once that it can again, however many meet it. */
export class StoreTrouble {
  readonly #emit: QueueWorkerListener;
  #reason: string | undefined;
  #check: (() => Promise<unknown>) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(emit: QueueWorkerListener) {
    this.#emit = emit;
  }

  /** Why the store cannot be used; undefined when it can. */
  get current(): string | undefined {
    return this.#reason;
  }

  /**
   * Has the store asked, after some time without trouble, whether it works again: an idle worker would not notice.
   *
   * @param check rejects when it does not
   */
  watch(check: () => Promise<unknown>): void {
    this.#check = check;
  }

  /** Something with the store has failed. */
  met(reason: string): void {
    const isNew = this.#reason === undefined;
    this.#reason = logText(reason);
    if (isNew) this.#emit({ type: 'unreachable', reason: this.#reason });
    this.#checkLater();
  }

  /** Something with the store has worked. */
  ended(): void {
    clearTimeout(this.#timer);
    if (this.#reason === undefined) return;
    this.#reason = undefined;
    this.#emit({ type: 'reachable' });
  }

  /** Nobody wants to know any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#check = undefined;
  }

  #checkLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const check = this.#check;
      if (!check) return;
      check().then(
        () => this.ended(),
        () => this.#check && this.#checkLater(),
      );
    }, QUIET_MS).unref();
  }
}
