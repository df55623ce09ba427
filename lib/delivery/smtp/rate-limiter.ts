const LONGEST_WAIT_MS = 2_147_483_647;

/** Spaces sends evenly, so that no second sees more than the limit, whoever sends. First come, first served. */
export class RateLimiter {
  readonly #intervalMs: number;
  readonly #waiting: (() => void)[] = [];
  #next = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param perSecond most sends in a second; 0 means no limit */
  constructor(perSecond: number) {
    this.#intervalMs = perSecond > 0 ? 1000 / perSecond : 0;
  }

  /** Waits for one's turn; one who leaves gives it up. Rejects with the signal's reason. */
  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#intervalMs === 0) return;
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(proceed), 1);
        this.#rest();
        reject(signal.reason);
      };
      const proceed = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      this.#waiting.push(proceed);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#serve();
    });
  }

  /** Nobody waits any more: no timer may keep the process alive. */
  #rest(): void {
    if (this.#waiting.length > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #serve(): void {
    if (this.#timer || this.#waiting.length === 0) return;
    const wait = Math.min(Math.ceil(Math.max(0, this.#next - performance.now())), LONGEST_WAIT_MS);
    if (wait > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#serve();
      }, wait);
      return;
    }
    this.#next = performance.now() + this.#intervalMs;
    this.#waiting.shift()?.();
    this.#serve();
  }
}
