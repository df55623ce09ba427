/** The relay was stopped before the end of a mail was sent: the server cannot have taken the mail. */
export class RelayStoppingError extends Error {
  override readonly name = 'RelayStoppingError';
}
