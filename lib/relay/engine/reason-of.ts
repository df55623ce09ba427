import type { UndeliveredRecipient } from '../../core/delivery/recipient-verdict.js';

/** What a server said: its code stays in front, where people look for it. */
const REPLY = /^\d{3}[ -]/;

/**
 * Why recipients did not get a mail, in one sentence that names the one it speaks of.
 *
 * @param undelivered at least one; the first counts
 * @param everybody whether they are all recipients of the mail: what is said of each of them is said of the mail
 */
export function reasonOf(undelivered: readonly UndeliveredRecipient[], everybody: boolean): string {
  const [first] = undelivered;
  if (first === undefined) return '';
  const { address, reason } = first;
  const alike = undelivered.filter(other => other.reason === reason).length;
  if (everybody && alike > 1 && alike === undelivered.length) return reason;
  // Many servers quote the address.
  if (reason.includes(address)) return reason;
  const who = `${address}${alike > 1 ? ` and ${alike - 1} more` : ''}`;
  return REPLY.test(reason) ? `${reason} (${who})` : `${who}: ${reason}`;
}
