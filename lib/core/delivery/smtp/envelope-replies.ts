import { isLoginReply } from '../failure-subject.js';
import { CLOSING, codeOf, GO_AHEAD, isTemporaryReply } from './reply-codes.js';

/** The replies to the commands of one transaction (RFC 5321 3.3), as far as they came. */
export interface EnvelopeReplies {
  /** The one to MAIL. */
  readonly mail?: string | undefined;
  /** Those to RCPT, in the order in which the recipients were offered. */
  readonly recipients: readonly string[];
  /** The one to DATA. */
  readonly data?: string | undefined;
}

/** A reply to RCPT TO that refused the recipient. */
export interface RecipientRefusal {
  /** Index of the recipient in the order in which they were offered. */
  readonly index: number;
  readonly reply: string;
}

/** The command whose reply has decided that a mail is not taken. */
export interface EnvelopeVerdict {
  readonly by: 'MAIL' | 'RCPT' | 'DATA';
  readonly reply: string;
}

/**
 * Judges the replies to a group of commands as one (RFC 2920 3.1): when MAIL was refused, those behind it say nothing; when
 * every recipient was, that to DATA says nothing.
 *
 * @param offered how many recipients were offered
 * @returns undefined when nothing was refused, or the reply that would decide never came
 */
export function judgeEnvelope(
  { mail, recipients, data }: EnvelopeReplies,
  offered: number,
): EnvelopeVerdict | undefined {
  if (mail !== undefined && !isPositive(mail)) return { by: 'MAIL', reply: mail };
  const refused = recipients.filter(reply => !isPositive(reply));
  if (offered > 0 && refused.length === offered) {
    // As long as one of them can be tried again, the mail can.
    const closing = refused.find(one => codeOf(one) === CLOSING);
    const temporary = closing ?? refused.find(one => isTemporaryReply(codeOf(one)));
    // That one of them needs a login says nothing of the others.
    const reply = temporary ?? refused.findLast(one => !isLoginReply(codeOf(one))) ?? refused.at(-1);
    return reply === undefined ? undefined : { by: 'RCPT', reply };
  }
  if (data === undefined || codeOf(data) === GO_AHEAD) return undefined;
  // When it is not known what became of the recipients, a refusal may mean that there was none.
  return recipients.length === offered || codeOf(data) < 400 ? { by: 'DATA', reply: data } : undefined;
}

/** The recipients that were refused; none when MAIL was: what a server says behind that is about no recipient. */
export function refusalsIn({ mail, recipients }: EnvelopeReplies): RecipientRefusal[] {
  if (mail !== undefined && !isPositive(mail)) return [];
  return recipients.flatMap((reply, index) => (isPositive(reply) ? [] : [{ index, reply }]));
}

function isPositive(reply: string): boolean {
  return codeOf(reply) < 300;
}
