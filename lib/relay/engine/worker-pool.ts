import { setImmediate as pass } from 'node:timers/promises';
import type { ServerPause } from '../../core/delivery/server-pause.js';
import type { SpoolScanner } from '../spool/spool-scanner.js';
import type { MailProcessor } from './mail-processor.js';
import type { Notifier } from './notifier.js';
import type { RelayTrouble } from './relay-trouble.js';

/** What workers work with. */
export interface WorkerPoolParts {
  readonly scanner: SpoolScanner;
  readonly processor: MailProcessor;
  readonly pause: ServerPause;
  readonly trouble: RelayTrouble;
  /** Wakes idle workers, and is notified when there is nothing left to take. */
  readonly notifier: Notifier;
  /** How many workers there are: mails worked on at the same time. */
  readonly size: number;
  /** Fires when no further mail is to be taken. */
  readonly stopping: AbortSignal;
}

/** A fixed number of workers; each takes the next mail that the scanner has found as soon as it has done the last one. */
export class WorkerPool {
  readonly #parts: WorkerPoolParts;
  #idle = 0;
  #inFlight = 0;
  #isEnding = false;

  constructor(parts: WorkerPoolParts) {
    this.#parts = parts;
  }

  /** Workers that wait for a mail. */
  get idle(): number {
    return this.#idle;
  }

  /** Mails being worked on. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Nothing is taken any more. The mails being worked on are finished. */
  end(): void {
    this.#isEnding = true;
  }

  /** Works until `stopping` fires or {@link end} is called; resolves when every worker has finished the mail that it has. */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: this.#parts.size }, () => this.#work()));
  }

  async #work(): Promise<void> {
    const { scanner, processor, pause, trouble, notifier, stopping } = this.#parts;
    while (!stopping.aborted && !this.#isEnding) {
      const restMs = Math.max(pause.remainingMs, trouble.restMs);
      const name = restMs > 0 ? undefined : scanner.next();
      if (name === undefined) {
        this.#idle++;
        await notifier.wait(restMs > 0 ? restMs : undefined);
        this.#idle--;
        continue;
      }
      this.#inFlight++;
      // In steps, so that no reply waits for long which other mails wait for.
      await pass();
      await processor.try(name);
      this.#inFlight--;
      // Wakes whoever waits for the last mail to be done, or for another scan.
      if (!scanner.hasNext) notifier.notify();
    }
  }
}
