import type { MailDeliveryError } from '../../errors/mail-delivery-error.js';

/** The circuit stays open for so many times as long as the failure took. */
const OPEN_FACTOR = 10;
const LONGEST_OPEN_MS = 60_000;

/** Told when a delivery can no longer be used, with the reason and the secrets of the mail that met it, and when it can again. */
export type CircuitListener = (failure: MailDeliveryError | undefined, secrets: readonly string[]) => void;

/**
 * A circuit breaker for a delivery. Closed: every mail tries it first. Open, after a failure: for a while no mail tries it
 * first. Half open, after that: one mail at a time does, and closes the circuit when it gets through. How long it stays
 * open depends on how long the failure took, so that trying costs little: a server that refuses at once is tried by nearly every mail, one
 * that lets its callers wait for half a minute once a minute, and one that refuses the login or shows a wrong certificate
 * once a minute too, because repeating that can lock an account.
 */
export class CircuitBreaker {
  readonly #onChange: CircuitListener;
  readonly #waiting = new Set<(failure: MailDeliveryError) => void>();
  #closed = true;
  #failure: MailDeliveryError | undefined;
  #openUntil = 0;
  #trialUntil = 0;

  /** @param onChange told of the first failure, and of the first success after it */
  constructor(onChange: CircuitListener) {
    this.#onChange = onChange;
  }

  /** Whether a mail is to try another delivery first: the circuit is open, or half open and another mail tries it. */
  get open(): boolean {
    return performance.now() < Math.max(this.#openUntil, this.#trialUntil);
  }

  /**
   * A mail is about to try the delivery. Unless the circuit is closed it counts as the one that tries it: the others
   * would only wait with it, though no longer than a circuit is open.
   *
   * @returns a function that says that the mail is done
   */
  beginTrial(): () => void {
    if (this.#closed) return () => {};
    this.#trialUntil = performance.now() + LONGEST_OPEN_MS;
    return () => {
      this.#trialUntil = 0;
    };
  }

  /**
   * Calls, with the failure, when waiting for a free connection of this delivery has become pointless. A list and no
   * signal: thousands may wait, and a signal takes longer for each listener that it has already.
   *
   * @returns a function that ends that
   */
  onOpen(call: (failure: MailDeliveryError) => void): () => void {
    this.#waiting.add(call);
    return () => this.#waiting.delete(call);
  }

  /**
   * The delivery has failed in a way that any other mail would meet too: opens the circuit.
   *
   * @param secrets texts of the mail that no log may show
   */
  recordFailure(error: MailDeliveryError, tookMs: number, secrets: readonly string[]): void {
    // Those whose wait this failure has ended come with the same error.
    if (error === this.#failure) return;
    this.#failure = error;
    if (performance.now() >= this.#openUntil) {
      const openMs =
        error.retryable === false ? LONGEST_OPEN_MS : Math.min(tookMs * OPEN_FACTOR, LONGEST_OPEN_MS);
      this.#openUntil = performance.now() + openMs;
    }
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const call of waiting) call(error);
    if (!this.#closed) return;
    this.#closed = false;
    this.#onChange(error, secrets);
  }

  /** The delivery has worked: closes the circuit. */
  recordSuccess(): void {
    this.#openUntil = 0;
    this.#trialUntil = 0;
    if (this.#closed) return;
    this.#closed = true;
    this.#onChange(undefined, []);
  }
}
