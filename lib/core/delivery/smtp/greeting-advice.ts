import type { MailDeliveryPhase } from '../../errors/mail-delivery-error.js';
import { refusalsIn } from './envelope-replies.js';
import type { SmtpLibraryError } from './nodemailer/nodemailer-error.js';
import type { ConversationState } from './smtp-conversation.js';

/** The name of the command, but not as a part of a domain name. */
const NAMES_COMMAND = /(?<![@.\w-])(?:ehlo|helo)(?![.-]?[\w@])/i;
const WANTS_FULL_NAME = /fully[- ]qualified (?:host|domain)|\bFQDN\b/i;
/** Senders and recipients too must have full names: "Sender address rejected: need fully-qualified address". */
const NAMES_ADDRESS = /\b(?:sender|recipient|address)\b/i;

/**
 * What to do about a server that does not like the name by which it was greeted; undefined when nothing says that it is
 * the name.
 */
export function greetingAdvice(
  error: SmtpLibraryError,
  phase: MailDeliveryPhase,
  {
    introduction,
    closingReply = '',
    envelope,
  }: Pick<ConversationState, 'introduction' | 'closingReply' | 'envelope'>,
): string | undefined {
  if (!introduction) return undefined;
  const { name, outcome } = introduction;
  const remedy = 'set LocalDomain to the full host name of this machine, as the DNS knows it';
  const refusals = refusalsIn(envelope).map(({ reply }) => reply);
  const replies = [error.response ?? '', closingReply, ...refusals];
  if (replies.some(reply => blamesGreeting(reply, name)))
    return `The name that was said in EHLO is ${name}; ${remedy}`;
  // A server that is silent or speaks something else has not refused the name.
  const silent = error.code === 'ETIMEDOUT' || error.code === 'EPROTOCOL';
  if (phase !== 'connect' || outcome === 'taken' || (outcome === 'unanswered' && silent)) return undefined;
  return `The name that was said in EHLO is ${name}; if the server refuses that name, ${remedy}`;
}

/**
 * Whether a reply refuses the name in EHLO or HELO: many servers take any name there, and refuse the mail for it later
 * (Postfix: at RCPT).
 *
 * @param reply the whole reply
 * @param name what was said in EHLO
 */
export function blamesGreeting(reply: string, name: string): boolean {
  // 503: the order of commands is wrong, not the name.
  if (!/^[45]\d\d/.test(reply) || reply.startsWith('503')) return false;
  const text = reply.slice(3);
  if (NAMES_COMMAND.test(text) || (WANTS_FULL_NAME.test(text) && !NAMES_ADDRESS.test(text))) return true;
  return /\bhost ?name\b/i.test(text) && holdsName(text, name);
}

/** Whether a text holds a name, but not as the domain of a mail address or as a part of a longer name. */
function holdsName(text: string, name: string): boolean {
  const folded = text.toLowerCase();
  const wanted = name.toLowerCase();
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + 1)) {
    const before = folded.charAt(at - 1);
    const after = folded.slice(at + wanted.length, at + wanted.length + 2);
    if (!/[@.\w-]/.test(before) && !/^(?:[\w-]|\.\w)/.test(after)) return true;
  }
  return false;
}
