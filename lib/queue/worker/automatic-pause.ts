import type { Worker } from 'bullmq';
import { ServerPause } from '../../core/delivery/server-pause.js';
import type { PauseReason } from '../../core/delivery/server-pause.js';
import type { MailJob } from '../job/mail-job.js';

/** After so long without work, in milliseconds, the connections are closed and the next mail has to log in again. */
const IDLE_MS = 60_000;

/** What a pause needs of the worker of BullMQ. */
type PausedWorker = Pick<
  Worker<MailJob>,
  'pause' | 'resume' | 'isRunning' | 'isPaused' | 'concurrency' | 'on'
>;

/**
 * Stops one worker from taking mails while the server cannot be used. Not the pause of an operator, which is a mark in the
 * store for all workers: neither ends the other. Where a login comes first, one mail goes alone: at the start, after a pause and
 * after a time without work. A wrong password is then tried once, and not once for each mail under way.
 */
export class AutomaticPause {
  readonly #pause: ServerPause;
  readonly #concurrency: number;
  #worker: PausedWorker | undefined;
  #resuming: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #isStopped = false;

  /**
   * @param concurrency mails worked on at the same time while the server can be used
   * @param schedule milliseconds of the first pause, and of the longest
   */
  constructor(concurrency: number, schedule: { readonly firstMs: number; readonly maxMs: number }) {
    this.#concurrency = concurrency;
    this.#pause = new ServerPause(schedule);
  }

  /** The pause that lasts now; undefined when mails are tried. */
  get current(): PauseReason | undefined {
    return this.#pause.current;
  }

  /** Begins to govern a worker, which has not taken anything yet. */
  govern(worker: PausedWorker): void {
    this.#worker = worker;
    worker.concurrency = 1;
    worker.on('drained', () => this.#awaitIdleness());
    worker.on('active', () => clearTimeout(this.#idle));
  }

  /**
   * A try found the server unavailable.
   *
   * @param began when the try began, on the monotonic clock
   * @returns the pause that begins; undefined when one goes on
   */
  failed(reason: string, began: number): PauseReason | undefined {
    const pause = this.#pause.failed(reason, began);
    if (!pause || !this.#worker) return pause;
    this.#worker.concurrency = 1;
    void this.#worker.pause(true);
    clearTimeout(this.#resuming);
    this.#resuming = setTimeout(() => this.#resume(), this.#pause.remainingMs);
    return pause;
  }

  /**
   * A try found the server available.
   *
   * @returns whether it was not before
   */
  succeeded(): boolean {
    if (this.#isStopped) return false;
    if (this.#worker) this.#worker.concurrency = this.#concurrency;
    const wasDown = this.#pause.succeeded();
    // A mail that began before the pause may have got through meanwhile.
    if (wasDown) this.#resume();
    return wasDown;
  }

  /**
   * Takes nothing for a moment, for another reason than the server.
   *
   * @param ms milliseconds
   */
  rest(ms: number): void {
    if (this.#isStopped || this.#pause.current) return;
    void this.#worker?.pause(true);
    clearTimeout(this.#resuming);
    this.#resuming = setTimeout(() => this.#resume(), ms);
  }

  /** Takes nothing any more: the worker ends. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#resuming);
    clearTimeout(this.#idle);
    void this.#worker?.pause(true);
  }

  #awaitIdleness(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (this.#worker) this.#worker.concurrency = 1;
    }, IDLE_MS).unref();
  }

  #resume(): void {
    clearTimeout(this.#resuming);
    const worker = this.#worker;
    if (this.#isStopped || !worker?.isPaused()) return;
    void worker.resume();
    // The loop of the worker may have ended in the moment in which it was resumed.
    setImmediate(() => {
      if (!this.#isStopped && !worker.isRunning()) void worker.resume();
    });
  }
}
