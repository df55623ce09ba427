import { SteadyClock } from '../../core/concurrency/steady-clock.js';
import { GatedDelivery } from '../../core/delivery/gate/gated-delivery.js';
import type { MailDelivery } from '../../core/delivery/mail-delivery.js';
import type { ResolvedWorkerOptions } from '../options/read-worker-options.js';
import type { ContentStore } from '../store/content-store.js';
import type { QueueStore } from '../store/queue-store.js';
import { AutomaticPause } from './automatic-pause.js';
import { ContentSweep } from './content-sweep.js';
import { JobContents } from './job-contents.js';
import { JobLocks } from './job-locks.js';
import { JobProcessor } from './job-processor.js';
import { JobRecordWriter } from './job-record-writer.js';
import type { AroundTry } from './job-tries.js';
import { JobTries } from './job-tries.js';
import type { QueueWorkerListener } from './queue-worker-event.js';
import type { QueueWorkerTuning } from './queue-worker-tuning.js';
import { QUEUE_WORKER_TUNING } from './queue-worker-tuning.js';
import { QueueWorker } from './queue-worker.js';
import { rateLimitOf } from './rate-limit.js';
import { RetrySchedule } from './retry-schedule.js';
import type { StoreTrouble } from './store-trouble.js';
import { StoredJobs } from './stored-jobs.js';
import { WorkerShutdown } from './worker-shutdown.js';

/** What a worker works with. */
export interface WorkerBase {
  readonly options: Pick<
    ResolvedWorkerOptions,
    'checked' | 'concurrency' | 'retry' | 'unconfirmed' | 'shutdownTimeoutMs' | 'keys' | 'timeoutMs'
  >;
  readonly delivery: MailDelivery;
  readonly store: QueueStore;
  /** The folder of the option `claimCheck`; undefined when there is none. */
  readonly directory?: ContentStore | undefined;
  readonly trouble: StoreTrouble;
  readonly emit: QueueWorkerListener;
  /** Told what an administrator should know of the store, in sentences. */
  readonly warn: (sentence: string) => void;
  /** @default nothing is done around a try */
  readonly around?: AroundTry | undefined;
  /** The time of day, as far as it is believed. */
  readonly clock?: SteadyClock;
  readonly tuning?: Partial<QueueWorkerTuning>;
}

/** Puts a worker together. Nothing of it touches the store or connects to the server before it is started. */
export function assembleWorker(base: WorkerBase): QueueWorker {
  const { options, delivery, store, directory, trouble, emit, warn } = base;
  const { settings } = options.checked;
  const tuning: QueueWorkerTuning = { ...QUEUE_WORKER_TUNING, ...base.tuning };
  const shutdown = new WorkerShutdown();
  const { stopping, cut, end } = shutdown;
  const pause = new AutomaticPause(options.concurrency, tuning.pause);
  const locks = new JobLocks({ durationMs: tuning.lockMs, answerMs: options.timeoutMs });
  const contents = new JobContents({ keys: options.keys, directory, store: store.contents, cut });
  const stored = new StoredJobs(store);
  const writer = new JobRecordWriter(end, trouble);
  const gated = new GatedDelivery({
    delivery,
    unconfirmed: options.unconfirmed,
    stopping,
    cut,
    timeoutMs: settings.sendTimeout * 1000,
  });
  const tries = new JobTries({
    delivery: gated,
    contents,
    schedule: new RetrySchedule(options.retry, base.clock ?? new SteadyClock()),
    pause,
    writer,
    stored,
    around: base.around ?? ((_job, deliver) => deliver()),
    stopping,
    emit,
    stalledWaitMs: tuning.stalledWaitMs,
  });
  const { putOffMs, sweepAgeMs } = tuning;
  const processor = new JobProcessor({ locks, tries, pause, writer, stopping, emit, putOffMs });
  const places = [store.contents, ...(directory ? [directory] : [])];
  const sweep = new ContentSweep({ places, stored, stopping, emit, ageMs: sweepAgeMs });
  return new QueueWorker({
    store,
    delivery,
    processor,
    pause,
    sweep,
    shutdown,
    trouble,
    concurrency: options.concurrency,
    limiter: rateLimitOf(settings.maxMessagesPerSecond),
    tuning,
    shutdownTimeoutMs: options.shutdownTimeoutMs,
    emit,
    warn,
  });
}
