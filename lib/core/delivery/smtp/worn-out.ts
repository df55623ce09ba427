import { judgeEnvelope } from './envelope-replies.js';
import { codeOf, isAboutAddress, isSessionWornOut } from './reply-codes.js';
import type { ConversationState } from './smtp-conversation.js';

/** Bad sequence of commands: over a connection that was used before, the server has lost its place. */
const BAD_SEQUENCE = 503;

/** Whether a reply to MAIL, RCPT or DATA over a connection that was used before may be about the connection alone. */
export function isWornOutReply(reply: string): boolean {
  const code = codeOf(reply);
  if (isAboutAddress(reply)) return false;
  return (code >= 400 && code < 500) || code === BAD_SEQUENCE || isSessionWornOut(reply);
}

/**
 * Whether a server has refused an envelope because it has had enough of the connection, over which others were sent
 * before: then nothing was taken, and a fresh connection may do.
 *
 * @param offered how many recipients were offered
 */
export function isWornOut({ phase, envelope, closingReply }: ConversationState, offered: number): boolean {
  if (phase !== 'envelope') return false;
  if (closingReply !== undefined) return true;
  const judged = judgeEnvelope(envelope, offered);
  return judged !== undefined && isWornOutReply(judged.reply);
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
