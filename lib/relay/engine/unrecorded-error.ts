/** What became of a mail could not be put on record before the relay had to end: its file must not be taken for untried. */
export class UnrecordedError extends Error {
  override readonly name = 'UnrecordedError';
}
