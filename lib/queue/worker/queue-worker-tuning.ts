/** What is not an option of an application, but shorter in tests. All in milliseconds. */
export interface QueueWorkerTuning {
  /** After so long the job of a worker that does not live any more can be taken by another. */
  readonly lockMs: number;
  /** How often it is looked for jobs of such workers. */
  readonly stalledIntervalMs: number;
  /** How long such a job waits for its former worker, which may only have been cut off from the store. */
  readonly stalledWaitMs: number;
  /** For so long a job is put off that cannot be read or reached now. */
  readonly putOffMs: number;
  /** The first pause for a server that cannot be used, and the longest. */
  readonly pause: { readonly firstMs: number; readonly maxMs: number };
  /** Age of the bytes of large mails that are looked at by the sweep. */
  readonly sweepAgeMs: number;
}

const SECOND = 1000;

/** As applications have it: the mails of a worker that was killed are taken up within 30 to 50 seconds. */
export const QUEUE_WORKER_TUNING: QueueWorkerTuning = {
  lockMs: 30 * SECOND,
  stalledIntervalMs: 15 * SECOND,
  stalledWaitMs: 3 * SECOND,
  putOffMs: 60 * SECOND,
  pause: { firstMs: SECOND, maxMs: 300 * SECOND },
  sweepAgeMs: 86_400 * SECOND,
};
