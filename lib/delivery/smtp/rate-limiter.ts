import { setTimeout as delay } from 'node:timers/promises';

/** Spaces sends evenly, so that no second sees more than the limit, whoever sends. */
export class RateLimiter {
  readonly #intervalMs: number;
  #next = 0;

  /** @param perSecond most sends in a second; 0 means no limit */
  constructor(perSecond: number) {
    this.#intervalMs = perSecond > 0 ? 1000 / perSecond : 0;
  }

  /** Waits for one's turn. Rejects with the signal's reason. */
  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#intervalMs === 0) return;
    const now = performance.now();
    const start = Math.max(now, this.#next);
    this.#next = start + this.#intervalMs;
    if (start > now) await delay(Math.ceil(start - now), undefined, { signal });
  }
}
