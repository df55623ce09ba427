import type { RejectedRecipient } from '../../errors/mail-delivery-error.js';
import type { Redactor } from '../../redaction/redact.js';
import type { RefusedRecipient, SentInfo } from './nodemailer/nodemailer-connection.js';
import { inOrderOf, rejectedRecipient } from './rejected-recipients.js';
import { isTooManyRecipients } from './reply-codes.js';
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
  /** Whether the connection had been used before. */
  readonly used: boolean;
}

/** The result of a message that was taken for somebody. */
export function sendResult(info: SentInfo, facts: SendFacts): SmtpSendResult {
  const { to, offered, refused, redact, used } = facts;
  const rejected = info.refused.map(({ address, reply }) => rejectedRecipient(address, reply, redact));
  const late = comeTooLate(info, offered);
  const worn = info.refused.filter(one => used && !late.includes(one) && isWornOutReply(one.reply));
  return {
    accepted: info.accepted,
    rejected: inOrderOf(to, [...refused, ...rejected]),
    response: redact(info.response),
    postponed: [...late, ...worn].map(({ address }) => address),
    wornOut: worn.length > 0,
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
