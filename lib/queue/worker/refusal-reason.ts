import type { UndeliveredRecipient } from '../../core/delivery/recipient-verdict.js';
import { logText } from '../../core/redaction/log-text.js';
import type { JobRefusal, MailJob } from '../job/mail-job.js';

/** What a server said: its code, and the enhanced status code (RFC 3463). */
const REPLY = /^(\d{3})[ -](?:(\d\.\d{1,3}\.\d{1,3})\b)?/;

/**
 * Why a recipient does not have a mail, as it is kept in the store.
 *
 * @param at place of the recipient in the envelope
 * @param secrets texts of the mail that must not be kept
 */
export function refusalOf(
  { reason }: UndeliveredRecipient,
  at: number,
  secrets: readonly string[],
): JobRefusal {
  const [, code, enhancedCode] = REPLY.exec(reason) ?? [];
  return {
    at,
    reason: logText(reason, secrets),
    ...(code !== undefined && { code: Number(code) }),
    ...(enhancedCode !== undefined && { enhancedCode }),
  };
}

/**
 * Why recipients do not have a mail, in one sentence that names the one it speaks of, masked.
 *
 * @param refusals at least one; the first counts
 * @param job whose recipients they are
 */
export function reasonOf(
  refusals: readonly JobRefusal[],
  { recipients }: Pick<MailJob, 'recipients'>,
): string {
  const [first] = refusals;
  if (!first) return 'No reason is known';
  const { reason } = first;
  const alike = refusals.filter(other => other.reason === reason).length;
  // What is said of each of them is said of the mail.
  if (alike === recipients.length) return reason;
  const who = `${recipients[first.at] ?? ''}${alike > 1 ? ` and ${alike - 1} more` : ''}`;
  return REPLY.test(reason) ? `${reason} (${who})` : `${who}: ${reason}`;
}
