import { setTimeout as delay } from 'node:timers/promises';
import { untilAborted } from '../../core/concurrency/until-aborted.js';
import { messageOf } from '../../core/errors/error-facts.js';
import { isJobGone } from './job-gone.js';
import type { StoreTrouble } from './store-trouble.js';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 1000;

/** What a change of a job in the store came to. */
export type StoreAnswer = 'done' | 'gone' | 'cut';

/** Changes jobs in the store, again and again while that cannot be reached: a mail whose outcome is not on record would be sent once more. */
export class JobRecordWriter {
  readonly #end: AbortSignal;
  readonly #trouble: StoreTrouble;

  /** @param end fires when a shutdown waits no longer: ends the attempts */
  constructor(end: AbortSignal, trouble: StoreTrouble) {
    this.#end = end;
    this.#trouble = trouble;
  }

  /**
   * Does something with a job of this worker until it succeeds.
   *
   * @returns `done` when it is in the store; `gone` when this worker does not have the job any more; `cut` when a shutdown ended
   *   the attempts
   */
  async until(change: () => Promise<unknown>): Promise<StoreAnswer> {
    for (let failures = 0; ; failures++) {
      if (this.#end.aborted && failures > 0) return 'cut';
      try {
        await untilAborted(change(), this.#end);
        if (failures > 0) this.#trouble.ended();
        return 'done';
      } catch (error) {
        if (isJobGone(error)) return 'gone';
        if (this.#end.aborted) return 'cut';
        this.#trouble.met(messageOf(error));
        const waitMs = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
        await delay(waitMs, undefined, { signal: this.#end }).catch(() => {});
      }
    }
  }
}
