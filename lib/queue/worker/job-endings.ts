/**
 * Tells BullMQ that a job is not to be completed nor failed: it was moved, or it is left as it is. BullMQ knows its own errors by
 * their names, so that `bullmq` need not be loaded for them.
 */
export class JobMovedError extends Error {
  override readonly name = 'DelayedError';

  constructor() {
    super('The job is not in the hands of this worker any more.');
    this.stack = this.message;
  }
}

/** Tells BullMQ that a job has failed for good. What it is given is kept in the store, so that the stack is one line. */
export class JobFailedError extends Error {
  override readonly name = 'UnrecoverableError';

  /** @param reason masked: no address, no secret */
  constructor(reason: string) {
    super(reason);
    this.stack = reason;
  }
}
