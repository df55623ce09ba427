import { WaitQueue } from '../../concurrency/wait-queue.js';

const LONGEST_WAIT_MS = 2_147_483_647;

/** Spaces sends evenly, so that no second sees more than the limit, whoever sends. First come, first served. */
export class RateLimiter {
  readonly #intervalMs: number;
  readonly #line = new WaitQueue(() => this.#rest());
  #next = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param perSecond most sends in a second; 0 means no limit */
  constructor(perSecond: number) {
    this.#intervalMs = perSecond > 0 ? 1000 / perSecond : 0;
  }

  /** Whether there is a limit. */
  get limits(): boolean {
    return this.#intervalMs > 0;
  }

  /** Waits for one's turn; one who leaves gives it up. Rejects with the signal's reason. */
  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#intervalMs === 0) return;
    const turn = this.#line.wait(signal);
    this.#serve();
    await turn;
  }

  /** Nobody waits any more: no timer may keep the process alive. */
  #rest(): void {
    if (this.#line.length > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #serve(): void {
    if (this.#timer || this.#line.length === 0) return;
    const wait = Math.min(Math.ceil(Math.max(0, this.#next - performance.now())), LONGEST_WAIT_MS);
    if (wait > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#serve();
      }, wait);
      return;
    }
    this.#next = performance.now() + this.#intervalMs;
    this.#line.serveNext();
    this.#serve();
  }
}
