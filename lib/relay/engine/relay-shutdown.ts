import { setMaxListeners } from 'node:events';
import { RelayStoppingError } from './relay-stopping-error.js';

/** The end of a relay in two steps: nothing new is begun, and after a grace time what is under way is cut. */
export class RelayShutdown {
  readonly #stopping = new AbortController();
  readonly #cut = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    // Every mail under way listens to both signals.
    for (const { signal } of [this.#stopping, this.#cut]) setMaxListeners(0, signal);
  }

  /** Fires when the shutdown begins: no mail is begun, and no end of a mail is sent. Its reason is a {@link RelayStoppingError}. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Fires at the end of the grace time. */
  get cut(): AbortSignal {
    return this.#cut.signal;
  }

  /** @param graceMs milliseconds that mails under way get to finish */
  begin(graceMs: number): void {
    this.#stopping.abort(new RelayStoppingError('The relay is stopping.'));
    this.#timer = setTimeout(() => this.#cut.abort(), graceMs);
  }

  /** Nothing is under way any more. */
  end(): void {
    clearTimeout(this.#timer);
  }
}
