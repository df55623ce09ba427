import type { Job } from 'bullmq';
import { messageOf } from '../../core/errors/error-facts.js';
import { logText } from '../../core/redaction/log-text.js';
import type { MailJob } from '../job/mail-job.js';
import { inNewRound } from '../job/new-round.js';
import { readJob } from '../job/read-job.js';
import { UnreadableJobError } from '../job/unreadable-job-error.js';
import { StoreUnavailableError } from '../store/store-unavailable-error.js';
import type { AutomaticPause } from './automatic-pause.js';
import type { ClaimedJob } from './claimed-job.js';
import { JobFailedError, JobMovedError } from './job-endings.js';
import type { JobLocks } from './job-locks.js';
import type { JobOutcome } from './job-outcome.js';
import type { JobRecordWriter } from './job-record-writer.js';
import type { JobTries } from './job-tries.js';
import type { QueueWorkerListener } from './queue-worker-event.js';

/** Milliseconds after which a reason that nobody has met since is told again. */
const TOLD_MS = 600_000;
/** So many reasons are remembered as told. */
const MOST_TOLD = 100;

/** What jobs are processed with. */
export interface JobProcessorParts {
  readonly locks: JobLocks;
  readonly tries: JobTries;
  readonly pause: AutomaticPause;
  readonly writer: JobRecordWriter;
  /** Fires when a shutdown begins. */
  readonly stopping: AbortSignal;
  readonly emit: QueueWorkerListener;
  /** Milliseconds for which a job is put off that cannot be read or reached now. */
  readonly putOffMs: number;
}

/** Takes one job of BullMQ through all steps: read, deliver, record, and then complete, delay, fail or give back. */
export class JobProcessor {
  readonly #parts: JobProcessorParts;
  /** Why jobs were put off, and when that was met last: what concerns many of them is told once. */
  readonly #told = new Map<string, number>();

  constructor(parts: JobProcessorParts) {
    this.#parts = parts;
  }

  /**
   * Processes a job. When it resolves, BullMQ completes the job.
   *
   * @param token that the job was locked with
   * @throws JobFailedError BullMQ is to fail the job for good
   * @throws JobMovedError BullMQ is to do nothing with the job
   */
  async process(job: Job<MailJob>, token: string): Promise<void> {
    const lock = this.#parts.locks.hold(job, token);
    const claimed: ClaimedJob = { id: job.id ?? '', job, token, lock };
    try {
      const outcome = await this.#work(claimed).catch((error: unknown) =>
        outcomeOfFailure(error, this.#parts.stopping),
      );
      await this.#carryOut(outcome, claimed);
    } finally {
      lock.release();
    }
  }

  async #work(claimed: ClaimedJob): Promise<JobOutcome> {
    const { tries, pause, stopping } = this.#parts;
    // Taken in the moment in which another mail found the server unavailable, or in which the worker was stopped.
    if (stopping.aborted || pause.current) return { kind: 'returned' };
    const { data: stored, attemptsMade } = claimed.job;
    return tries.run(claimed, inNewRound(readJob(stored), attemptsMade, Date.now()));
  }

  /** Does what an outcome says, and tells of it when it is done. */
  async #carryOut(outcome: JobOutcome, claimed: ClaimedJob): Promise<void> {
    const { id, job, token } = claimed;
    const { writer, emit, putOffMs } = this.#parts;
    switch (outcome.kind) {
      case 'completed':
        if (outcome.event) emit({ ...outcome.event, jobId: id });
        return;
      case 'failed':
        emit({ ...outcome.event, jobId: id });
        throw new JobFailedError(outcome.event.reason);
      case 'deferred': {
        const until = await this.#delay(claimed, outcome.waitMs);
        if (until) emit({ ...outcome.event, jobId: id, until });
        break;
      }
      case 'put-off': {
        const until = await this.#delay(claimed, putOffMs);
        if (until && this.#isNew(outcome.reason))
          emit({ type: 'put-off', jobId: id, until, reason: outcome.reason });
        break;
      }
      case 'returned':
        if ((await writer.until(() => job.moveToWait(token))) === 'done')
          emit({ type: 'returned', jobId: id });
        break;
      case 'left':
        break;
    }
    throw new JobMovedError();
  }

  /** Puts a job among those that wait for their time; undefined when this worker does not have it any more, or ends. */
  async #delay({ job, token }: ClaimedJob, waitMs: number): Promise<Date | undefined> {
    let until = 0;
    const moved = await this.#parts.writer.until(() => {
      until = Date.now() + waitMs;
      return job.moveToDelayed(until, token);
    });
    return moved === 'done' ? new Date(until) : undefined;
  }

  #isNew(reason: string): boolean {
    const now = performance.now();
    const last = this.#told.get(reason);
    if (this.#told.size >= MOST_TOLD) this.#told.clear();
    this.#told.set(reason, now);
    return last === undefined || now - last > TOLD_MS;
  }
}

function outcomeOfFailure(error: unknown, stopping: AbortSignal): JobOutcome {
  // The end of the grace time may have cut the reading of a large mail.
  if (stopping.aborted && error instanceof StoreUnavailableError) return { kind: 'returned' };
  if (error instanceof UnreadableJobError && error.isPutOff)
    return { kind: 'put-off', reason: error.message };
  if (error instanceof StoreUnavailableError) return { kind: 'put-off', reason: logText(error.message) };
  // Whatever else happens would happen again: the job waits for somebody who looks at it.
  const reason = error instanceof UnreadableJobError ? error.message : unforeseen(error);
  return { kind: 'failed', event: { type: 'failed', attempts: 0, recipients: 0, reason } };
}

function unforeseen(error: unknown): string {
  return `Something unforeseen has happened: ${logText(messageOf(error))}`;
}
