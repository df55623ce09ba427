/** A worker ends: no further end of a mail is sent. */
export class WorkerStoppingError extends Error {
  override readonly name = 'WorkerStoppingError';
}
