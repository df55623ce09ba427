import { judgeEnvelope } from './envelope-replies.js';
import { codeOf, isAboutAddress, isSessionWornOut } from './reply-codes.js';
import type { ConversationState } from './smtp-conversation.js';

/** Bad sequence of commands: over a connection that was used before, the server has lost its place. */
const BAD_SEQUENCE = 503;
/** The server ends the session (RFC 5321 3.8). */
const CLOSING = 421;

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
  return taken > 0 && ((code >= 400 && code < 500) || code === BAD_SEQUENCE);
}

/**
 * Whether a server has refused an envelope because it has had enough of the connection: then nothing was taken, and a fresh
 * connection may do.
 *
 * @param offered how many recipients were offered
 */
export function isWornOut(
  { phase, envelope, closingReply }: ConversationState,
  offered: number,
  use: ConnectionUse,
): boolean {
  if (phase !== 'envelope' || use.messages < 2) return false;
  if (closingReply !== undefined) return true;
  const judged = judgeEnvelope(envelope, offered);
  return judged !== undefined && isWornOutReply(judged.reply, use);
}

/**
 * Whether a server has answered DATA with something else than 354 although it had taken a recipient: what state it is in
 * then is not known.
 *
 * @param offered how many recipients were offered
 */
export function refusedData({ phase, envelope }: ConversationState, offered: number): boolean {
  return phase === 'envelope' && judgeEnvelope(envelope, offered)?.by === 'DATA';
}
