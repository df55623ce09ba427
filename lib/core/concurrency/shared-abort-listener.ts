/**
 * Tells many of one signal through a single listener: a caller may end a thousand sends with one signal, and Node.js
 * takes eleven listeners on one for a leak.
 */
export class SharedAbortListener {
  readonly #fans = new WeakMap<AbortSignal, Fan>();

  /**
   * Calls when the signal fires, at once if it has fired.
   *
   * @returns a function that ends that
   */
  listen(signal: AbortSignal, onAbort: () => void): () => void {
    if (signal.aborted) {
      onAbort();
      return () => {};
    }
    const fan = this.#fans.get(signal) ?? this.#begin(signal);
    fan.told.add(onAbort);
    return () => {
      fan.told.delete(onAbort);
      if (fan.told.size > 0) return;
      signal.removeEventListener('abort', fan.tellAll);
      this.#fans.delete(signal);
    };
  }

  #begin(signal: AbortSignal): Fan {
    const told = new Set<() => void>();
    const tellAll = (): void => {
      for (const onAbort of told) onAbort();
    };
    signal.addEventListener('abort', tellAll, { once: true });
    const fan = { told, tellAll };
    this.#fans.set(signal, fan);
    return fan;
  }
}

/** Those who are told of one signal. */
interface Fan {
  readonly told: Set<() => void>;
  readonly tellAll: () => void;
}
