import { answerWithin } from '../../core/concurrency/answer-within.js';
import { linkedAbort } from '../../core/concurrency/linked-abort.js';
import { timeoutError } from '../../core/concurrency/timeout-error.js';
import type { JobContent, MailJob } from '../job/mail-job.js';
import { openContent } from '../job/open-content.js';
import type { QueuedMail } from '../job/queued-mail.js';
import type { SealingKeys } from '../job/sealing-keys.js';
import { contentName } from '../store/content-name.js';
import type { ContentStore } from '../store/content-store.js';
import { StoreUnavailableError } from '../store/store-unavailable-error.js';

/** Milliseconds in which large bytes must have been read. */
const READ_MS = 60_000;

/** Milliseconds in which they must have been removed: the next mail waits for that. */
const REMOVE_MS = 5000;

/** Where the contents of jobs are, and what opens them. */
export interface JobContentsParts {
  readonly keys: SealingKeys;
  /** The folder of the option `claimCheck`; undefined when there is none. */
  readonly directory: ContentStore | undefined;
  /** Beside the jobs, in the store of the queue. */
  readonly store: ContentStore;
  /** Fires at the end of the grace time of a shutdown. */
  readonly cut: AbortSignal;
}

/** Envelopes and bytes of jobs, wherever they are. */
export class JobContents {
  readonly #parts: JobContentsParts;

  constructor(parts: JobContentsParts) {
    this.#parts = parts;
  }

  /**
   * Reads the mail of a job that is not delivered.
   *
   * @throws UnreadableJobError when it cannot be opened, or is not there
   * @throws StoreUnavailableError when the place where its bytes are cannot be reached
   */
  async open(id: string, job: MailJob): Promise<QueuedMail> {
    const place = job.content?.place;
    const elsewhere = place === undefined ? undefined : await this.#read(place, nameOf(id, job));
    return openContent({ id, job, elsewhere }, this.#parts.keys);
  }

  /** Removes the bytes of a mail that needs them no more, where they are not in its job. Rejects when that cannot be done now. */
  async remove(id: string, job: MailJob): Promise<void> {
    const place = job.content?.place;
    const store = place === undefined ? undefined : this.#storeOf(place);
    if (!store) return;
    const overdue = (): Error => new Error(`that took longer than ${REMOVE_MS} ms`);
    await answerWithin(REMOVE_MS, () => store.remove(nameOf(id, job)), overdue);
  }

  async #read(place: NonNullable<JobContent['place']>, name: string): Promise<Buffer | undefined> {
    const store = this.#storeOf(place);
    if (!store)
      throw new StoreUnavailableError(
        'the bytes of a mail lie in a folder, and this worker has none; give it the option claimCheck.directory of those who send',
        { maybeWritten: false },
      );
    const { signal, abort, unlink } = linkedAbort(this.#parts.cut);
    const timer = setTimeout(() => abort(timeoutError('The reading of a mail', `${READ_MS} ms`)), READ_MS);
    try {
      return await store.read(name, signal.platform);
    } catch (error) {
      if (!signal.aborted || error instanceof StoreUnavailableError) throw error;
      throw new StoreUnavailableError('the bytes of a mail could not be read in time', {
        maybeWritten: false,
        cause: error,
      });
    } finally {
      clearTimeout(timer);
      unlink();
    }
  }

  #storeOf(place: NonNullable<JobContent['place']>): ContentStore | undefined {
    return place === 'directory' ? this.#parts.directory : this.#parts.store;
  }
}

function nameOf(id: string, { content, token }: MailJob): string {
  return content?.name ?? contentName(id, token);
}
