/** What BullMQ answers for a job that this worker has not any more: removed, without its lock, not active, locked by another. */
const GONE: ReadonlySet<unknown> = new Set([-1, -2, -3, -6]);

/** Whether an operation on a job has failed because the job is not in the hands of this worker any more. */
export function isJobGone(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && GONE.has(error.code);
}

/** The error that {@link isJobGone} knows. */
export function jobGone(message: string): Error {
  return Object.assign(new Error(message), { code: -2 });
}
