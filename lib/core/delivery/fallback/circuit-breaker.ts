import type { MailDeliveryError } from '../../errors/mail-delivery-error.js';

/** A delivery that failed is left alone for so many times as long as the failure took. */
const REST_FACTOR = 10;
const LONGEST_REST_MS = 60_000;

/** Told when a delivery can no longer be used, with the reason and the secrets of the mail that met it, and when it can again. */
export type OutageListener = (outage: MailDeliveryError | undefined, secrets: readonly string[]) => void;

/**
 * Knows whether a delivery can be used. One that cannot is asked again, but so seldom that asking costs little: a server
 * that refuses at once nearly every time, one that lets its callers wait for half a minute once a minute, and one that
 * refuses the login or shows a wrong certificate once a minute too, because repeating that can lock an account.
 */
export class CircuitBreaker {
  readonly #onChange: OutageListener;
  readonly #waiting = new Set<(outage: MailDeliveryError) => void>();
  #known = false;
  #cause: MailDeliveryError | undefined;
  #restUntil = 0;
  #askedUntil = 0;

  /** @param onChange told of the first failure, and of the first success after it */
  constructor(onChange: OutageListener) {
    this.#onChange = onChange;
  }

  /** Whether the delivery is to be left alone for now: it rests, or a mail is finding out whether it is back. */
  get resting(): boolean {
    return performance.now() < Math.max(this.#restUntil, this.#askedUntil);
  }

  /**
   * A mail is about to try the delivery. While it cannot be used one at a time does: the others would only wait with it,
   * though no longer than the longest rest.
   *
   * @returns a function that says that the mail is done
   */
  ask(): () => void {
    if (!this.#known) return () => {};
    this.#askedUntil = performance.now() + LONGEST_REST_MS;
    return () => {
      this.#askedUntil = 0;
    };
  }

  /**
   * Calls, with the failure, when waiting for a free connection of this delivery has become pointless. A list and no
   * signal: thousands may wait, and a signal takes longer for each listener that it has already.
   *
   * @returns a function that ends that
   */
  whenBegun(call: (outage: MailDeliveryError) => void): () => void {
    this.#waiting.add(call);
    return () => this.#waiting.delete(call);
  }

  /**
   * The delivery has failed in a way that any other mail would meet too.
   *
   * @param secrets texts of the mail that no log may show
   */
  begin(error: MailDeliveryError, tookMs: number, secrets: readonly string[]): void {
    // Those who waited in line come with the failure that ended their wait.
    if (error === this.#cause) return;
    this.#cause = error;
    if (performance.now() >= this.#restUntil) {
      const restMs =
        error.retryable === false ? LONGEST_REST_MS : Math.min(tookMs * REST_FACTOR, LONGEST_REST_MS);
      this.#restUntil = performance.now() + restMs;
    }
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const call of waiting) call(error);
    if (this.#known) return;
    this.#known = true;
    this.#onChange(error, secrets);
  }

  /** The delivery has worked. */
  end(): void {
    this.#restUntil = 0;
    this.#askedUntil = 0;
    if (!this.#known) return;
    this.#known = false;
    this.#onChange(undefined, []);
  }
}
