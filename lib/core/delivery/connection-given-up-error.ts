/** A delivery has cut the connection of a mail whose end was held back, for another mail. The server cannot have taken it. */
export class ConnectionGivenUpError extends Error {
  override readonly name = 'ConnectionGivenUpError';

  constructor() {
    super('another mail needed the connection');
  }
}
