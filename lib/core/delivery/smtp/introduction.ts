/** How a client has introduced itself by EHLO or HELO (RFC 5321 4.1.1.1), and what came of it. */
export interface Introduction {
  /** The name that was said: a host name, or an address literal. */
  readonly name: string;
  readonly outcome: 'unanswered' | 'taken' | 'refused';
}

/** The introduction that a command makes; undefined when it makes none. */
export function introductionBy(command: string): Introduction | undefined {
  const name = /^(?:EHLO|HELO) (.*)$/is.exec(command)?.[1];
  return name === undefined ? undefined : { name, outcome: 'unanswered' };
}
