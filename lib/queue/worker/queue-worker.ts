import type { Worker } from 'bullmq';
import { answerWithin } from '../../core/concurrency/answer-within.js';
import { untilAborted } from '../../core/concurrency/until-aborted.js';
import { WorkCount } from '../../core/concurrency/work-count.js';
import type { MailDelivery } from '../../core/delivery/mail-delivery.js';
import type { PauseReason } from '../../core/delivery/server-pause.js';
import { messageOf } from '../../core/errors/error-facts.js';
import { logText } from '../../core/redaction/log-text.js';
import type { MailJob } from '../job/mail-job.js';
import type { QueueStore } from '../store/queue-store.js';
import type { AutomaticPause } from './automatic-pause.js';
import type { ContentSweep } from './content-sweep.js';
import { isJobGone } from './job-gone.js';
import type { JobProcessor } from './job-processor.js';
import type { QueueWorkerListener } from './queue-worker-event.js';
import type { QueueWorkerTuning } from './queue-worker-tuning.js';
import type { RateLimit } from './rate-limit.js';
import type { StoreTrouble } from './store-trouble.js';
import type { WorkerShutdown } from './worker-shutdown.js';

/** Milliseconds that BullMQ, the store and the delivery get each to end. */
const CLOSE_MS = 2000;
/** Milliseconds that the store may take to say what an administrator should know of it, or how it does. */
const ANSWER_MS = 5000;

/** Milliseconds in which nothing is taken after the store has refused something. */
const REST_MS = 1000;

/** What a worker is put together from. */
export interface QueueWorkerParts {
  readonly store: QueueStore;
  readonly delivery: MailDelivery;
  readonly processor: JobProcessor;
  readonly pause: AutomaticPause;
  readonly sweep: ContentSweep;
  readonly shutdown: WorkerShutdown;
  readonly trouble: StoreTrouble;
  readonly concurrency: number;
  readonly limiter: RateLimit | undefined;
  readonly tuning: QueueWorkerTuning;
  readonly shutdownTimeoutMs: number;
  readonly emit: QueueWorkerListener;
  /** Told what an administrator should know of the store, in sentences. */
  readonly warn: (sentence: string) => void;
}

/** How a worker does. */
export interface QueueWorkerStatus {
  readonly state: 'created' | 'waiting for the queue' | 'running' | 'paused' | 'stopped';
  /** Mails being worked on. */
  readonly active: number;
  /** Why nothing is taken, and until when. */
  readonly pause?: PauseReason;
  /** Why the queue cannot be used. */
  readonly trouble?: string;
}

/** Takes mails out of a queue and delivers them, until it is stopped. */
export class QueueWorker {
  readonly #parts: QueueWorkerParts;
  readonly #active = new WorkCount();
  #worker: Worker<MailJob> | undefined;
  #running: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;

  constructor(parts: QueueWorkerParts) {
    this.#parts = parts;
  }

  /** How it does. */
  get status(): QueueWorkerStatus {
    const pause = this.#parts.pause.current;
    const trouble = this.#parts.trouble.current;
    return {
      state: this.#state,
      active: this.#active.count,
      ...(pause && { pause }),
      ...(trouble !== undefined && { trouble }),
    };
  }

  /** Begins to take mails as soon as the queue can be reached, however long that takes. To be called once. */
  start(): void {
    if (this.#stopped || this.#running) return;
    this.#running = this.#run().catch((error: unknown) => {
      if (this.#parts.shutdown.stopping.aborted) return;
      const reason = `The worker cannot work: ${logText(messageOf(error))}`;
      this.#parts.emit({ type: 'problem', reason });
    });
  }

  /** Begins to stop: takes nothing any more. {@link stop} does the rest. */
  beginStop(graceMs = this.#parts.shutdownTimeoutMs): void {
    this.#parts.shutdown.begin(graceMs);
    this.#parts.pause.stop();
  }

  /**
   * Finishes the mails that are before their end within the grace time, gives back the others, and frees everything. Whoever calls
   * again waits for the first call.
   *
   * @param graceMs milliseconds. @default the option `shutdownTimeoutMs`
   */
  stop(graceMs?: number): Promise<void> {
    this.beginStop(graceMs);
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  get #state(): QueueWorkerStatus['state'] {
    if (this.#stopped) return 'stopped';
    if (!this.#running) return 'created';
    if (!this.#worker) return 'waiting for the queue';
    return this.#parts.pause.current ? 'paused' : 'running';
  }

  async #run(): Promise<void> {
    const { store, processor, pause, sweep, shutdown, concurrency, limiter, tuning } = this.#parts;
    this.#parts.trouble.watch(() => this.#askStore());
    const connecting = store.worker(
      (job, token = '') => this.#track(processor.process(job, token)),
      {
        concurrency,
        lockDuration: tuning.lockMs,
        // Done here, by a clock that nobody sets.
        skipLockRenewal: true,
        stalledInterval: tuning.stalledIntervalMs,
        runRetryDelay: 1000,
        ...(limiter && { limiter }),
      },
      shutdown.stopping,
    );
    const worker = await this.#toldWhenLate(connecting);
    this.#worker = worker;
    worker.on('error', error => this.#failed(error));
    pause.govern(worker);
    if (shutdown.stopping.aborted) return;
    void this.#tellWarnings();
    void sweep.run();
    await worker.run();
  }

  async #track(processing: Promise<void>): Promise<void> {
    this.#active.begin();
    try {
      await processing;
    } finally {
      this.#active.end();
    }
  }

  /** Says that the queue cannot be reached, when that is so for some time. */
  async #toldWhenLate<T>(connecting: Promise<T>): Promise<T> {
    const { trouble } = this.#parts;
    const late = setTimeout(() => {
      this.#askStore().catch((error: unknown) => trouble.met(messageOf(error)));
    }, ANSWER_MS).unref();
    try {
      const connected = await connecting;
      trouble.ended();
      return connected;
    } finally {
      clearTimeout(late);
    }
  }

  /** Rejects when the store does not answer. */
  async #askStore(): Promise<void> {
    const { store } = this.#parts;
    const queue = await store.queue(ANSWER_MS);
    await answerWithin(
      ANSWER_MS,
      () => queue.isPaused(),
      () => new Error('It did not answer in time.'),
    );
  }

  /** What is said of jobs that the worker has not any more is no trouble. */
  #failed(error: unknown): void {
    const { shutdown, trouble, pause } = this.#parts;
    if (shutdown.stopping.aborted || isJobGone(error)) return;
    trouble.met(messageOf(error));
    // BullMQ asks again at once, as fast as the store refuses.
    pause.rest(REST_MS);
  }

  async #tellWarnings(): Promise<void> {
    const { store, warn } = this.#parts;
    const warnings = await store.warnings(ANSWER_MS).catch(() => []);
    for (const sentence of warnings) warn(`The queue ${store.label}: ${sentence}`);
  }

  async #stop(): Promise<void> {
    const { shutdown, store, delivery, trouble } = this.#parts;
    await this.#untilIdle();
    // What BullMQ has still to say of these jobs is said before its loop ends.
    const worker = this.#worker;
    if (worker) {
      await inTime(() => worker.close());
      // Not before: this worker might be the one that wakes.
      await inTime(() => store.wake());
    }
    shutdown.finish();
    trouble.close();
    await inTime(() => store.close(CLOSE_MS));
    await inTime(() => delivery.close(0));
    await inTime(async () => this.#running);
  }

  async #untilIdle(): Promise<void> {
    const { end } = this.#parts.shutdown;
    while (this.#active.count > 0 && !end.aborted)
      await untilAborted(this.#active.untilIdle(), end).catch(() => {});
  }
}

/** Nothing that ends is waited for without a limit; what fails then has nobody left to tell. */
async function inTime(close: () => Promise<unknown>): Promise<void> {
  await answerWithin(CLOSE_MS, close, () => new Error('It did not end in time.')).catch(() => {});
}
