/** A signal to work under: of the platform, or one of our own. */
export type AnySignal = AbortSignal | LazySignal;

/** An object that is told when a signal of ours fires: one that waits with thousands of others needs no function of its own. */
export interface AbortListener {
  aborted(): void;
}

const NOBODY: readonly AbortListener[] = [];

/**
 * What an `AbortController` is for the work of one mail, at a fraction of its cost: each of those makes an event target with
 * two maps, and thousands of mails may wait at once. A signal of the platform is made only for those who need one.
 */
export class LazySignal {
  #aborted = false;
  #reason: unknown;
  /**
   * Who is told first. A field, and no list of one: with lists, what a mail was sent with stayed in memory until all of it was
   * looked through (of 10,000 mails that had waited, 22 MB).
   */
  #first: AbortListener | undefined;
  /** Who is told then, in the order of coming. */
  #others = NOBODY;
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

  /**
   * Fires it, once.
   *
   * @param reason what it fires with. @default an `AbortError`, as an `AbortController` has it
   */
  abort(reason?: unknown): void {
    if (this.#aborted) return;
    this.#reason = reason === undefined ? AbortSignal.abort().reason : reason;
    this.#aborted = true;
    this.#controller?.abort(this.#reason);
    // One by one: whoever is called may end the listening of another one, which is not called then.
    for (let listener = this.#first; listener; listener = this.#first) {
      this.removeListener(listener);
      listener.aborted();
    }
  }

  /** @throws the reason, when it has fired */
  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason;
  }

  /** Tells an object once when it fires. */
  addListener(listener: AbortListener): void {
    if (this.#first) this.#others = [...this.#others, listener];
    else this.#first = listener;
  }

  /** Ends the listening of an object; any other one stays. */
  removeListener(listener: AbortListener): void {
    if (this.#first !== listener) this.#others = without(this.#others, listener);
    else {
      this.#first = this.#others[0];
      this.#others = without(this.#others, this.#first);
    }
  }
}

function without(
  listeners: readonly AbortListener[],
  gone: AbortListener | undefined,
): readonly AbortListener[] {
  const [only, second] = listeners;
  if (only === undefined || (only === gone && second === undefined)) return NOBODY;
  return listeners.filter(listener => listener !== gone);
}

/** A signal as the platform has it, for code that is not ours. */
export function platformSignal(signal: AnySignal): AbortSignal {
  return signal instanceof LazySignal ? signal.platform : signal;
}
