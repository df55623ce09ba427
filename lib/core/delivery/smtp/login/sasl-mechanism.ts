/** What a client says in a mechanism: a text, or octets. */
export type SaslResponse = string | Uint8Array;

/** One run of a mechanism of SASL (RFC 4422) for a login. */
export interface SaslMechanism {
  /** Registered name, in capitals. */
  readonly name: string;
  /** What the client says first; undefined where the server begins. */
  readonly initialResponse?: SaslResponse;
  /** What the server has told in a challenge of why it will refuse; not redacted. Undefined while it has told nothing. */
  readonly told?: string | undefined;
  /**
   * Answers a challenge of the server.
   *
   * @param challenge its octets, decoded
   * @returns undefined when the mechanism has nothing more to say
   */
  answer(challenge: Buffer): SaslResponse | undefined | Promise<SaslResponse | undefined>;
}
