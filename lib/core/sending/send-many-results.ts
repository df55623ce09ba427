/** A call of `next()` that waits. */
interface Asking<T> {
  readonly resolve: (result: IteratorResult<T, void>) => void;
  readonly reject: (error: unknown) => void;
}

/** Results on their way to whoever asks for them, one by one, in the order in which they came. */
export class SendManyResults<T> {
  #ready: T[] = [];
  readonly #asking: Asking<T>[] = [];
  #discarded = false;
  /** What is said when no result is left: the end, or once an error. */
  #ending: { readonly failure?: { readonly error: unknown } } | undefined;

  /** How many wait for somebody to ask. */
  get ready(): number {
    return this.#ready.length;
  }

  /** Whether somebody waits for a result. */
  get asked(): boolean {
    return this.#asking.length > 0;
  }

  /** Gives a result to whoever has asked first, or keeps it, unless all are discarded. */
  give(result: T): void {
    if (this.#discarded) return;
    const asking = this.#asking.shift();
    if (asking) asking.resolve({ done: false, value: result });
    else this.#ready.push(result);
  }

  /** The next result, as soon as there is one. */
  take(): Promise<IteratorResult<T, void>> {
    const [result] = this.#ready;
    if (this.#ready.length > 0) {
      this.#ready.shift();
      return Promise.resolve({ done: false, value: result as T });
    }
    return new Promise((resolve, reject) => {
      this.#asking.push({ resolve, reject });
      this.#answer();
    });
  }

  /**
   * No result comes any more. Those that are ready can still be taken.
   *
   * @param failure what the one who asks next is told after them
   */
  end(failure?: { readonly error: unknown }): void {
    this.#ending ??= { ...(failure && { failure }) };
    this.#answer();
  }

  /** Ends, and forgets what nobody has taken, also what is given later. */
  discard(): void {
    this.#discarded = true;
    this.#ready = [];
    this.#ending = {};
    this.#answer();
  }

  #answer(): void {
    if (!this.#ending) return;
    for (const { resolve, reject } of this.#asking.splice(0)) {
      const { failure } = this.#ending;
      this.#ending = {};
      if (failure) reject(failure.error);
      else resolve({ done: true, value: undefined });
    }
  }
}
