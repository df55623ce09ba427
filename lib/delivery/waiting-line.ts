/** One who waits; without `proceed` it has left. */
interface Waiting {
  proceed: (() => void) | undefined;
  readonly leave: (reason: unknown) => void;
}

/** Gaps at the front that are kept before the line is moved up: moving it for each one served would cost its length. */
const MOST_GAPS = 1024;

/** First come, first served; one whose signal fires leaves the line. Joining, leaving and serving cost the same at any length. */
export class WaitingLine {
  readonly #line: Waiting[] = [];
  readonly #left: () => void;
  #front = 0;
  #length = 0;

  /** @param left called when somebody has left without being served */
  constructor(left: () => void = () => {}) {
    this.#left = left;
  }

  /** How many wait. */
  get length(): number {
    return this.#length;
  }

  /** Waits for one's turn. Rejects with the signal's reason. */
  join(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise<void>((resolve, reject) => {
      const waiting: Waiting = {
        proceed: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
        leave: reason => {
          signal.removeEventListener('abort', onAbort);
          waiting.proceed = undefined;
          this.#length--;
          reject(reason);
        },
      };
      const onAbort = (): void => {
        if (!waiting.proceed) return;
        waiting.leave(signal.reason);
        this.#left();
      };
      this.#line.push(waiting);
      this.#length++;
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Serves the one who has waited longest; false when nobody waits. */
  serve(): boolean {
    while (this.#front < this.#line.length) {
      const next = this.#line[this.#front++];
      this.#moveUp();
      if (!next?.proceed) continue;
      this.#length--;
      next.proceed();
      return true;
    }
    return false;
  }

  /** Sends all away who wait. */
  dissolve(reason: unknown): void {
    for (const waiting of this.#line.splice(0)) if (waiting.proceed) waiting.leave(reason);
    this.#front = 0;
    this.#left();
  }

  #moveUp(): void {
    const gaps = this.#front;
    if (gaps < this.#line.length && (gaps < MOST_GAPS || gaps * 2 < this.#line.length)) return;
    this.#line.splice(0, gaps);
    this.#front = 0;
  }
}
