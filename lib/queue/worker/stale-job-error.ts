/** The record of a job has changed since it was taken: its former worker was not dead. */
export class StaleJobError extends Error {
  override readonly name = 'StaleJobError';
}
