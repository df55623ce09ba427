import type { SaslMechanism, SaslResponse } from './sasl-mechanism.js';

/** Says a line to the server and resolves with its whole reply, as it came. */
export type Say = (line: string) => Promise<string>;

/** A mechanism that did not lead to a login, and the reply that ended it. */
export interface MechanismRefusal {
  readonly mechanism: string;
  /** As it came: not redacted. */
  readonly reply: string;
  /** What the server had told of it before, in a challenge; not redacted. */
  readonly told?: string;
  /** Whether code has given what was signed in with, so that no setting can mend it. @default false */
  readonly inCode?: boolean;
  /** Name of the server's service that a ticket was given for, of a sign-in by Kerberos. */
  readonly servicePrincipal?: string;
}

/** Octets of a command line without its line end (RFC 5321 4.5.3.1.4). */
const LONGEST_COMMAND = 510;
/** Octets of the line of a response without its line end (RFC 4954 4). */
const LONGEST_RESPONSE = 12_286;
/** Ends a run of a mechanism (RFC 4954 4). */
const CANCEL = '*';

/**
 * Logs in by the first mechanism that the server takes (RFC 4954). The next one is tried after 504 and 534, by which a
 * server says that the mechanism is not for this login; any other refusal is one of the credentials, or of the moment.
 *
 * @param refused is told of each mechanism that the server did not take
 * @returns whether the login succeeded
 */
export async function authenticate(
  say: Say,
  mechanisms: readonly SaslMechanism[],
  refused: (refusal: MechanismRefusal) => void,
): Promise<boolean> {
  for (const mechanism of mechanisms) {
    const reply = await exchange(say, mechanism);
    if (reply.startsWith('2')) return true;
    const { name, told } = mechanism;
    refused({ mechanism: name, reply, ...(told !== undefined && { told }) });
    if (!isOfMechanism(reply)) return false;
  }
  return false;
}

/** Whether a reply says that a mechanism is not for this login, and nothing of the credentials (RFC 4954 4 and 6). */
export function isOfMechanism(reply: string): boolean {
  return /^5[03]4(?!\d)/.test(reply);
}

/** Runs one mechanism. Resolves with the reply that ends it. */
async function exchange(say: Say, mechanism: SaslMechanism): Promise<string> {
  const { name, initialResponse } = mechanism;
  const command = `AUTH ${name}`;
  const whole = initialResponse === undefined ? command : `${command} ${encoded(initialResponse) || '='}`;
  const fits = whole.length <= LONGEST_COMMAND;
  // What does not fit into a command is the answer to the first, empty challenge (RFC 4954 4).
  let held = fits ? undefined : initialResponse;
  let reply = await say(fits ? whole : command);
  while (reply.startsWith('334')) {
    const answer = held ?? (await mechanism.answer(challengeIn(reply)));
    held = undefined;
    const line = answer === undefined ? undefined : encoded(answer);
    if (line === undefined || line.length > LONGEST_RESPONSE) return say(CANCEL);
    reply = await say(line);
  }
  return reply;
}

function challengeIn(reply: string): Buffer {
  return Buffer.from(reply.slice(4).trim(), 'base64');
}

function encoded(response: SaslResponse): string {
  const octets = typeof response === 'string' ? Buffer.from(response) : Buffer.from(response);
  return octets.toString('base64');
}
