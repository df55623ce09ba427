import { setMaxListeners } from 'node:events';
import { WorkerStoppingError } from './worker-stopping-error.js';

/** Milliseconds in which mails that were cut are given back to the queue. */
const GIVE_BACK_MS = 1500;

/** The end of a worker in three steps: nothing new is begun; after a grace time what is under way is cut; soon after that nothing is waited for. */
export class WorkerShutdown {
  readonly #stopping = new AbortController();
  readonly #cut = new AbortController();
  readonly #end = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    // Every mail under way listens to them.
    for (const { signal } of [this.#stopping, this.#cut, this.#end]) setMaxListeners(0, signal);
  }

  /** Fires when the shutdown begins: no mail is begun, and no end of a mail is sent. Its reason is a {@link WorkerStoppingError}. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Fires at the end of the grace time: deliveries are cut. */
  get cut(): AbortSignal {
    return this.#cut.signal;
  }

  /** Fires when nothing is waited for any more, not even the store. */
  get end(): AbortSignal {
    return this.#end.signal;
  }

  /**
   * Begins the shutdown; harmless when done twice.
   *
   * @param graceMs milliseconds that mails under way get to finish
   */
  begin(graceMs: number): void {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort(new WorkerStoppingError('The worker is stopping.'));
    this.#timer = setTimeout(() => {
      this.#cut.abort();
      this.#timer = setTimeout(() => this.#end.abort(), GIVE_BACK_MS);
    }, graceMs);
  }

  /** Nothing is under way any more. */
  finish(): void {
    clearTimeout(this.#timer);
    this.#cut.abort();
    this.#end.abort();
  }
}
