import type { RejectedRecipient } from '../../errors/mail-delivery-error.js';
import type { Redactor } from '../../redaction/redact.js';
import { judgeEnvelope, refusalsIn } from './envelope-replies.js';
import type { RefusedRecipient, SentInfo } from './nodemailer/nodemailer-connection.js';
import { inOrderOf, rejectedRecipient } from './rejected-recipients.js';
import { codeOf, isTooManyRecipients } from './reply-codes.js';
import type { ConversationState } from './smtp-conversation.js';
import type { ConnectionUse } from './worn-out.js';
import { isWornOutReply } from './worn-out.js';

/** What the server did with one message that it has taken. */
export interface SmtpSendResult {
  readonly accepted: readonly string[];
  readonly rejected: readonly RejectedRecipient[];
  readonly response: string;
  /** Those of the rejected ones that are to be offered again at once, in a further transaction. */
  readonly postponed: readonly string[];
  /** Whether that must not be over the same connection. */
  readonly wornOut: boolean;
  /** How many recipients the server takes in one transaction, where there were too many. @default all */
  readonly most?: number;
}

/** What is known of a message besides what nodemailer tells. */
export interface SendFacts {
  /** Its recipients, in the order of the envelope. */
  readonly to: readonly string[];
  /** Those of them that were offered to the server, in this order. */
  readonly offered: readonly string[];
  /** Those that were not even offered. */
  readonly refused: readonly RejectedRecipient[];
  readonly redact: Redactor;
  /** What the connection was used for, this message included. */
  readonly use: ConnectionUse;
}

/** The result of a message that was taken for somebody. */
export function sendResult(info: SentInfo, facts: SendFacts): SmtpSendResult {
  const { to, offered, refused, redact, use } = facts;
  const { accepted } = info;
  const response = redact(info.response);
  // Nearly every mail ends here.
  if (info.refused.length === 0)
    return { accepted, rejected: refused, response, postponed: [], wornOut: false };
  const rejected = info.refused.map(({ address, reply }) => rejectedRecipient(address, reply, redact));
  const late = comeTooLate(info, offered);
  // They were not refused for what they are.
  const tooLate = new Set(late.map(({ address }) => address));
  const worn = info.refused.filter(one => !late.includes(one) && isWornOutReply(one.reply, use));
  return {
    accepted,
    rejected: inOrderOf(to, [
      ...refused,
      ...rejected.map(one => (tooLate.has(one.address) ? { ...one, retryable: true } : one)),
    ]),
    response,
    ...(late.length > 0 && { most: accepted.length }),
    postponed: [...late, ...worn].map(({ address }) => address),
    wornOut: worn.length > 0,
  };
}

/**
 * The result of a message that a server has not taken for anybody, because some of its recipients were too many: it has
 * refused DATA then. Undefined when it was for another reason.
 */
export function regroupedResult(
  { phase, envelope }: Pick<ConversationState, 'phase' | 'envelope'>,
  { to, offered, refused, redact }: SendFacts,
): SmtpSendResult | undefined {
  const judged = phase === 'envelope' ? judgeEnvelope(envelope, offered.length) : undefined;
  if (judged?.by !== 'DATA' || codeOf(judged.reply) < 400) return undefined;
  const refusals = refusalsIn(envelope).map(({ index, reply }) => ({ address: offered[index] ?? '', reply }));
  const gone = new Set(refusals.map(({ address }) => address));
  const accepted = offered.filter(address => !gone.has(address));
  const late = new Set(comeTooLate({ accepted, refused: refusals, response: '' }, offered));
  if (late.size === 0) return undefined;
  const decided = refusals.filter(one => !late.has(one));
  const others = new Set(decided.map(({ address }) => address));
  const open = offered.filter(address => !others.has(address));
  const reasons = new Map(refusals.map(({ address, reply }) => [address, reply]));
  const rejected = offered.map(address =>
    rejectedRecipient(address, reasons.get(address) ?? judged.reply, redact),
  );
  return {
    accepted: [],
    rejected: inOrderOf(to, [...refused, ...rejected]),
    response: redact(judged.reply),
    postponed: open,
    wornOut: false,
    most: accepted.length,
  };
}

/** Those who were refused behind others that were accepted, because there were too many. */
function comeTooLate({ accepted, refused }: SentInfo, offered: readonly string[]): RefusedRecipient[] {
  const candidates = refused.filter(({ reply }) => isTooManyRecipients(reply));
  if (candidates.length === 0) return [];
  const taken = new Set(accepted);
  const behindFirst = new Set(offered.slice(offered.findIndex(address => taken.has(address))));
  return candidates.filter(({ address }) => behindFirst.has(address));
}
