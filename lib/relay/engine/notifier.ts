/** Wakes everybody who waits for news; whoever begins to wait later waits for the next notification. */
export class Notifier {
  #waiting = new Set<() => void>();

  /** Wakes everybody who waits. */
  notify(): void {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const wake of waiting) wake();
  }

  /** Waits for the next notification, or until the time is over. */
  async wait(timeoutMs?: number): Promise<void> {
    await new Promise<void>(resolve => {
      let timer: NodeJS.Timeout | undefined;
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
      if (timeoutMs !== undefined) timer = setTimeout(wake, Math.max(0, timeoutMs));
    });
  }
}
