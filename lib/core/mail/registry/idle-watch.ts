/** One timer for all mailers of a registry. It keeps no process alive. */
export class IdleWatch {
  readonly #idleMs: number;
  readonly #look: () => number | undefined;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param idleMs milliseconds without use; with 0 nobody looks
   * @param look closes what nobody uses; returns when it is worth to look again, by `performance.now()`
   */
  constructor(idleMs: number, look: () => number | undefined) {
    this.#idleMs = idleMs;
    this.#look = look;
  }

  /** There is something to look at. */
  start(): void {
    if (this.#idleMs > 0 && this.#timer === undefined) this.#wait(this.#idleMs);
  }

  /** Nobody looks any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(milliseconds: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const next = this.#look();
      if (next !== undefined) this.#wait(Math.ceil(Math.max(1, next - performance.now())));
    }, milliseconds).unref();
  }
}
