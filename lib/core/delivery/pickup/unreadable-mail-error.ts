/** A file that can never be sent as it is. The message says why, for the person who looks into the badmail folder. */
export class UnreadableMailError extends Error {
  override readonly name = 'UnreadableMailError';
}
