/** One place in the line; without `turn` whoever stood there was served or has left. */
interface Waiting {
  turn: Turn | undefined;
}

interface Turn {
  readonly proceed: () => void;
  readonly leave: (reason: unknown) => void;
}

/** Gaps that are kept before the line is moved up: moving it for each one served would cost its length. */
const MOST_GAPS = 1024;

/** First come, first served; one whose signal fires leaves the line. Joining, leaving and serving cost the same at any length. */
export class WaitQueue {
  readonly #left: () => void;
  #line: Waiting[] = [];
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

  /**
   * Waits for one's turn. Rejects with the signal's reason.
   *
   * @param signal ends the wait. Who has none gives none: a signal takes longer for each listener that it has already
   */
  wait(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        if (!this.#endTurn(waiting)) return;
        reject(signal?.reason);
        this.#moveUp();
        this.#left();
      };
      const stop = (): void => signal?.removeEventListener('abort', onAbort);
      const proceed = (): void => {
        stop();
        resolve();
      };
      const leave = (reason: unknown): void => {
        stop();
        reject(reason);
      };
      const waiting: Waiting = { turn: { proceed, leave } };
      this.#line.push(waiting);
      this.#length++;
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Serves the one who has waited longest; false when nobody waits. */
  serveNext(): boolean {
    while (this.#length > 0) {
      const turn = this.#endTurn(this.#line[this.#front++]);
      this.#moveUp();
      if (!turn) continue;
      turn.proceed();
      return true;
    }
    return false;
  }

  /** Sends all away who wait. */
  rejectAll(reason: unknown): void {
    if (this.#length === 0) return;
    for (const waiting of this.#line) this.#endTurn(waiting)?.leave(reason);
    this.#moveUp();
    this.#left();
  }

  #endTurn(waiting: Waiting | undefined): Turn | undefined {
    const turn = waiting?.turn;
    if (!waiting || !turn) return undefined;
    waiting.turn = undefined;
    this.#length--;
    return turn;
  }

  /** Gaps are where somebody was served, at the front, and where somebody has left, anywhere. */
  #moveUp(): void {
    const gaps = this.#line.length - this.#length;
    if (this.#length > 0 && (gaps < MOST_GAPS || gaps < this.#length)) return;
    this.#line = this.#length > 0 ? this.#line.filter(({ turn }) => turn) : [];
    this.#front = 0;
  }
}
