import type { QueueStore } from '../store/queue-store.js';

/** Milliseconds that connections get to say goodbye. */
const GOODBYE_MS = 2000;
/** Milliseconds after which the store is closed although somebody has not said that he is done. */
const LONGEST_MS = 15_000;

/**
 * Closes the store of an application when its module has ended and the last delivery is closed, in whatever order Nest ends
 * them: mailers put their last mails into the queue while they end.
 */
export class StoreLifetime {
  readonly #store: Pick<QueueStore, 'close'>;
  readonly #holders = new Set<object>();
  #ending = false;
  #closed: Promise<void> | undefined;

  constructor(store: Pick<QueueStore, 'close'>) {
    this.#store = store;
  }

  /** Whether the application is ending. */
  get ending(): boolean {
    return this.#ending;
  }

  /** Keeps the store open. */
  hold(holder: object): void {
    this.#holders.add(holder);
  }

  /** Does not need the store any more; harmless for who has not held it. */
  async release(holder: object): Promise<void> {
    this.#holders.delete(holder);
    if (this.#ending && this.#holders.size === 0) await this.#close();
  }

  /**
   * The application ends. Waits for nobody who holds the store: Nest may end him only when this is done.
   *
   * @param atOnce whether nobody will say that he is done. @default false
   */
  async end(atOnce = false): Promise<void> {
    this.#ending = true;
    if (atOnce || this.#holders.size === 0) return this.#close();
    setTimeout(() => void this.#close(), LONGEST_MS).unref();
  }

  #close(): Promise<void> {
    this.#closed ??= this.#store.close(GOODBYE_MS);
    return this.#closed;
  }
}
