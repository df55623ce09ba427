/** First come, first served; one whose signal fires leaves the line. */
export class WaitingLine {
  readonly #waiting: (() => void)[] = [];
  readonly #left: () => void;

  /** @param left called when somebody has left without being served */
  constructor(left: () => void = () => {}) {
    this.#left = left;
  }

  /** How many wait. */
  get length(): number {
    return this.#waiting.length;
  }

  /** Waits for one's turn. Rejects with the signal's reason. */
  async join(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(proceed), 1);
        this.#left();
        reject(signal.reason);
      };
      const proceed = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      this.#waiting.push(proceed);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Serves the one who has waited longest; false when nobody waits. */
  serve(): boolean {
    const next = this.#waiting.shift();
    next?.();
    return next !== undefined;
  }
}
