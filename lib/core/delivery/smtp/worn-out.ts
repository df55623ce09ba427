import { judgeEnvelope } from './envelope-replies.js';
import {
  BAD_SEQUENCE,
  CLOSING,
  codeOf,
  isAboutAddress,
  isSessionWornOut,
  isTooManyConnections,
} from './reply-codes.js';
import type { ConversationState } from './smtp-conversation.js';

/** What a connection was used for so far. */
export interface ConnectionUse {
  /** Messages tried over it, the one under way included. */
  readonly messages: number;
  /** Messages that the server has taken over it before. */
  readonly taken: number;
}

/**
 * Whether a reply to MAIL, RCPT or DATA may be about the connection alone, over which others were sent before. Where
 * others were only refused, it must say so.
 */
export function isWornOutReply(reply: string, { messages, taken }: ConnectionUse): boolean {
  if (messages < 2 || isAboutAddress(reply)) return false;
  const code = codeOf(reply);
  if (code === CLOSING || isSessionWornOut(reply)) return true;
  // Over a connection that was used before, 503 means that the server has lost its place.
  return taken > 0 && ((code >= 400 && code < 500) || code === BAD_SEQUENCE);
}

/**
 * What is to become of a connection after a message. `worn out`: the server has had enough of it, and a fresh one may take
 * what it has refused. `turned away`: the server has too many connections. `retired`: nobody needs it, or its state is not
 * known.
 */
export type ConnectionFate = 'usable' | 'worn out' | 'turned away' | 'retired';

/**
 * What is to become of a connection over which an envelope was refused. Nothing had been taken then.
 *
 * @param offered how many recipients were offered
 */
export function fateAfterRefusal(
  { phase, envelope, closingReply }: ConversationState,
  offered: number,
  use: ConnectionUse,
): ConnectionFate {
  if (phase !== 'envelope') return 'usable';
  const judged = judgeEnvelope(envelope, offered);
  const reply = closingReply ?? judged?.reply;
  if (reply === undefined) return 'usable';
  if (isWornOutReply(reply, use)) return 'worn out';
  if (use.messages === 1 && isForTooManyConnections(reply)) return 'turned away';
  // One that has answered DATA with something else than 354 may be in a state of its own.
  return judged?.by === 'DATA' ? 'retired' : 'usable';
}

/** Whether a server refuses the first message of a connection because it has too many of them: 421, or 4yz that says so. */
function isForTooManyConnections(reply: string): boolean {
  const code = codeOf(reply);
  return code === CLOSING || (code < 500 && isTooManyConnections(reply));
}
