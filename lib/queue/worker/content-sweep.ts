import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../core/errors/error-facts.js';
import { logText } from '../../core/redaction/log-text.js';
import { UnreadableJobError } from '../job/unreadable-job-error.js';
import { contentName, jobIdOfContent } from '../store/content-name.js';
import type { ContentStore } from '../store/content-store.js';
import type { QueueWorkerListener } from './queue-worker-event.js';
import type { StoredJobs } from './stored-jobs.js';

const HOUR_MS = 3_600_000;
const MOST = 10_000;

/** What is swept, and how often. */
export interface ContentSweepParts {
  /** Where bytes of large mails are. */
  readonly places: readonly ContentStore[];
  readonly stored: Pick<StoredJobs, 'read'>;
  /** Fires when a shutdown begins. */
  readonly stopping: AbortSignal;
  readonly emit: QueueWorkerListener;
  /** Milliseconds. Bytes are written before their job: younger ones may be of a send that is under way. */
  readonly ageMs: number;
  /** So many are looked at in one sweep of a place; the next one goes on behind them. @default 10000 */
  readonly most?: number;
}

/** Removes the bytes of large mails that no job needs: of sends that were killed in between, and of jobs that were removed. */
export class ContentSweep {
  readonly #parts: ContentSweepParts;
  /** How many a sweep passes over, because the one before has looked at them, by place. */
  readonly #looked = new Map<ContentStore, number>();

  constructor(parts: ContentSweepParts) {
    this.#parts = parts;
  }

  /** Sweeps at once and then every hour, until the shutdown. Never rejects. */
  async run(): Promise<void> {
    const { stopping } = this.#parts;
    while (!stopping.aborted) {
      await this.sweep();
      await delay(HOUR_MS, undefined, { signal: stopping, ref: false }).catch(() => {});
    }
  }

  /** Sweeps once. Never rejects. */
  async sweep(): Promise<void> {
    for (const place of this.#parts.places) await this.#sweepPlace(place);
  }

  async #sweepPlace(place: ContentStore): Promise<void> {
    const { ageMs, emit, stopping, most = MOST } = this.#parts;
    const looked = this.#looked.get(place) ?? 0;
    this.#looked.set(place, 0);
    let seen = 0;
    let kept = 0;
    try {
      for await (const name of place.olderThan(ageMs)) {
        if (stopping.aborted) return;
        if (seen++ < looked) continue;
        if (seen > looked + most) {
          // Those that mails still need stand before the others as long as they are there.
          this.#looked.set(place, looked + kept);
          return;
        }
        if (await this.#isOrphaned(name)) await place.remove(name);
        else kept++;
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
