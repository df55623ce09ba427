import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../core/errors/error-facts.js';
import { logText } from '../../core/redaction/log-text.js';
import { UnreadableJobError } from '../job/unreadable-job-error.js';
import { contentName, jobIdOfContent } from '../store/content-name.js';
import type { ContentStore } from '../store/content-store.js';
import type { QueueWorkerListener } from './queue-worker-event.js';
import type { StoredJobs } from './stored-jobs.js';

const HOUR_MS = 3_600_000;
/** So many are looked at in one sweep. */
const MOST = 10_000;

/** What is swept, and how often. */
export interface ContentSweepParts {
  /** Where bytes of large mails are. */
  readonly places: readonly ContentStore[];
  readonly stored: StoredJobs;
  /** Fires when a shutdown begins. */
  readonly stopping: AbortSignal;
  readonly emit: QueueWorkerListener;
  /** Milliseconds. Bytes are written before their job: younger ones may be of a send that is under way. */
  readonly ageMs: number;
}

/** Removes the bytes of large mails that no job needs: of sends that were killed in between, and of jobs that were removed. */
export class ContentSweep {
  readonly #parts: ContentSweepParts;

  constructor(parts: ContentSweepParts) {
    this.#parts = parts;
  }

  /** Sweeps at once and then every hour, until the shutdown. Never rejects. */
  async run(): Promise<void> {
    const { stopping, places } = this.#parts;
    while (!stopping.aborted) {
      for (const place of places) await this.#sweep(place);
      await delay(HOUR_MS, undefined, { signal: stopping, ref: false }).catch(() => {});
    }
  }

  async #sweep(place: ContentStore): Promise<void> {
    const { ageMs, emit, stopping } = this.#parts;
    let seen = 0;
    try {
      for await (const name of place.olderThan(ageMs)) {
        if (stopping.aborted || ++seen > MOST) return;
        if (await this.#isOrphaned(name)) await place.remove(name);
      }
    } catch (error) {
      if (stopping.aborted) return;
      const reason = `Bytes of mails that have no job any more could not be swept: ${logText(messageOf(error))}`;
      emit({ type: 'problem', reason });
    }
  }

  async #isOrphaned(name: string): Promise<boolean> {
    const jobId = jobIdOfContent(name);
    if (jobId === undefined) return false;
    try {
      const job = await this.#parts.stored.read(jobId);
      return job?.data.content?.place === undefined || contentName(jobId, job.data.token) !== name;
    } catch (error) {
      // A job of a newer version may need them.
      if (error instanceof UnreadableJobError) return false;
      throw error;
    }
  }
}
