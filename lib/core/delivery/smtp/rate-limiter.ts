import type { AnySignal } from '../../concurrency/lazy-signal.js';
import { WaitQueue } from '../../concurrency/wait-queue.js';

const LONGEST_WAIT_MS = 2_147_483_647;

/** Spaces sends evenly, so that no second sees more than the limit, whoever sends. First come, first served. */
export class RateLimiter {
  readonly #intervalMs: number;
  readonly #queue = new WaitQueue(() => this.#stopIfIdle());
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

  /** Waits until one more send is allowed; one whose signal fires uses up nothing. Rejects with the signal's reason. */
  async turn(signal: AnySignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#intervalMs === 0) return;
    const turn = this.#queue.wait(signal);
    this.#serve();
    await turn;
  }

  /** Stops the timer when the queue is empty, so that it does not keep the process alive. */
  #stopIfIdle(): void {
    if (this.#queue.length > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #serve(): void {
    if (this.#timer || this.#queue.length === 0) return;
    const wait = Math.min(Math.ceil(Math.max(0, this.#next - performance.now())), LONGEST_WAIT_MS);
    if (wait > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#serve();
      }, wait);
      return;
    }
    this.#next = performance.now() + this.#intervalMs;
    this.#queue.serveNext();
    this.#serve();
  }
}
