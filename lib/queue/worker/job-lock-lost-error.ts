/** The lock of a job has run out, or could not be confirmed in time: another worker may have the job. */
export class JobLockLostError extends Error {
  override readonly name = 'JobLockLostError';
}
