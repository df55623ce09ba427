/** One run of a mechanism of SASL (RFC 4422) for a login. */
export interface SaslMechanism {
  /** Registered name, in capitals. */
  readonly name: string;
  /** What the client says first; undefined where the server begins. */
  readonly initialResponse?: string;
  /**
   * Answers a challenge of the server.
   *
   * @param challenge its octets, decoded
   * @returns undefined when the mechanism has nothing more to say
   */
  answer(challenge: Buffer): string | undefined;
}
