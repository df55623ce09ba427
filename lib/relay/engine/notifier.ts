/** Wakes all who wait for a notification; whoever begins to wait after it waits for the next one. */
export class Notifier {
  #waiting = new Set<() => void>();

  /** Wakes all who wait. */
  notify(): void {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const wake of waiting) wake();
  }

  /**
   * Waits for the next notification, or until the time is over.
   *
   * @param timeoutMs milliseconds; undefined waits for the notification alone
   */
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
