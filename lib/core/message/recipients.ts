import type { Mailbox } from '../address/mailbox.js';

/** The fields that name recipients, in the order in which they count. */
export const RECIPIENT_FIELDS = ['to', 'cc', 'bcc'] as const;
/** A field that names recipients. */
export type RecipientField = (typeof RECIPIENT_FIELDS)[number];
/** Who gets a mail, by field. */
export type Recipients = Readonly<Record<RecipientField, readonly Mailbox[]>>;
/** One recipient and the field that names it. */
export interface Recipient {
  readonly field: RecipientField;
  readonly mailbox: Mailbox;
}

/** All recipients in the order To, Cc, Bcc. */
export function listRecipients(recipients: Recipients): Recipient[] {
  const listed: Recipient[] = [];
  for (const field of RECIPIENT_FIELDS)
    for (const mailbox of recipients[field]) listed.push({ field, mailbox });
  return listed;
}

/** Puts listed recipients back into their fields. */
export function groupRecipients(listed: readonly Recipient[]): Recipients {
  const inField = (field: RecipientField): Mailbox[] =>
    listed.filter(item => item.field === field).map(item => item.mailbox);
  return { to: inField('to'), cc: inField('cc'), bcc: inField('bcc') };
}

/** Keeps each mailbox once; the first field wins. Domains are normalised already, local parts count as written. */
export function withoutRepeats(listed: readonly Recipient[]): Recipient[] {
  const seen = new Set<string>();
  return listed.filter(({ mailbox }) => !seen.has(mailbox.address) && seen.add(mailbox.address));
}
