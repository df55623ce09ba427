/** A signal to work under: of the platform, or one of our own. */
export type AnySignal = AbortSignal | LazySignal;

/**
 * What an `AbortController` is for the work of one mail, at a fraction of its cost: each of those makes an event target with
 * two maps, and thousands of mails may wait at once. A signal of the platform is made only for those who need one.
 */
export class LazySignal {
  #aborted = false;
  #reason: unknown;
  /** Who is told, in the order of coming. */
  #calls: readonly ((reason: unknown) => void)[] = [];
  #controller: AbortController | undefined;

  /** Whether it has fired. */
  get aborted(): boolean {
    return this.#aborted;
  }

  /** With what it has fired; undefined before that. */
  get reason(): unknown {
    return this.#reason;
  }

  /** The same as a signal of the platform, for code that is not ours. */
  get platform(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Fires it, once. @param reason an `AbortError` unless given, as an `AbortController` has it */
  abort(reason?: unknown): void {
    if (this.#aborted) return;
    this.#reason = reason === undefined ? AbortSignal.abort().reason : reason;
    this.#aborted = true;
    this.#controller?.abort(this.#reason);
    // One by one: whoever is called may end the listening of another one, which is not called then.
    for (let [call, ...others] = this.#calls; call; [call, ...others] = this.#calls) {
      this.#calls = others;
      call(this.#reason);
    }
  }

  /** @throws the reason, when it has fired */
  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason;
  }

  /**
   * Calls once when it fires.
   *
   * @returns a function that ends the listening
   */
  listen(call: (reason: unknown) => void): () => void {
    this.#calls = this.#calls.concat(call);
    return () => {
      this.#calls = this.#calls.length === 1 ? [] : this.#calls.filter(other => other !== call);
    };
  }
}

/** A signal as the platform has it, for code that is not ours. */
export function platformSignal(signal: AnySignal): AbortSignal {
  return signal instanceof LazySignal ? signal.platform : signal;
}
