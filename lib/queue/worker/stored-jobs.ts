import type { Job } from 'bullmq';
import { answerWithin } from '../../core/concurrency/answer-within.js';
import { messageOf } from '../../core/errors/error-facts.js';
import type { MailJob } from '../job/mail-job.js';
import { readJob } from '../job/read-job.js';
import type { QueueStore } from '../store/queue-store.js';
import { StoreUnavailableError } from '../store/store-unavailable-error.js';

/** Milliseconds that the store may take to answer. */
const ANSWER_MS = 5000;

/** A job as the store has it now. */
export interface StoredJob {
  readonly data: MailJob;
  /** Puts other data in the place of these. */
  update(data: MailJob): Promise<void>;
}

/** Reads jobs that are not, or not surely, in the hands of this worker. */
export class StoredJobs {
  readonly #store: QueueStore;

  constructor(store: QueueStore) {
    this.#store = store;
  }

  /**
   * Reads a job anew.
   *
   * @returns undefined when it is not there any more
   * @throws UnreadableJobError
   * @throws StoreUnavailableError when the store does not answer in time
   */
  async read(id: string): Promise<StoredJob | undefined> {
    const job = await this.#get(id);
    return job && { data: readJob(job.data), update: data => job.updateData(data) };
  }

  async #get(id: string): Promise<Job<MailJob> | undefined> {
    try {
      const queue = await this.#store.queue(ANSWER_MS);
      const overdue = (): Error => new Error(`it did not answer within ${ANSWER_MS} ms`);
      return await answerWithin(ANSWER_MS, () => queue.getJob(id), overdue);
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      throw new StoreUnavailableError(messageOf(error), { maybeWritten: false, cause: error });
    }
  }
}
