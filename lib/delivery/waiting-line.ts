/** First come, first served; one whose signal fires leaves the line. However long it is, each step costs the same. */
export class WaitingLine {
  readonly #waiting = new Set<() => void>();
  readonly #left: () => void;
  // Kept from one to the next: a new one would pass by everybody who was served before.
  #first = this.#waiting.values();

  /** @param left called when somebody has left without being served */
  constructor(left: () => void = () => {}) {
    this.#left = left;
  }

  /** How many wait. */
  get length(): number {
    return this.#waiting.size;
  }

  /** Waits for one's turn. Rejects with the signal's reason. */
  async join(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.delete(proceed);
        this.#left();
        reject(signal.reason);
      };
      const proceed = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      this.#waiting.add(proceed);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Serves the one who has waited longest; false when nobody waits. */
  serve(): boolean {
    if (this.#waiting.size === 0) return false;
    let next = this.#first.next();
    if (next.done) {
      this.#first = this.#waiting.values();
      next = this.#first.next();
    }
    if (next.done) return false;
    this.#waiting.delete(next.value);
    next.value();
    return true;
  }
}
