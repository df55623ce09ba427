import type { MailReceipt } from '../delivery/mail-receipt.js';
import type { OutgoingMail } from '../message/outgoing-mail.js';
import type { DroppedRecipient } from '../message/recipient-policy.js';
import { listRecipients } from '../message/recipients.js';
import type { MailVeto } from './mail-hook.js';
import type { SendTrace } from './send-trace.js';

/** The receipt of a mail that nobody is to get. */
export function suppressedReceipt(
  { messageId = '', sender = '', dropped }: SendTrace,
  via: string,
): MailReceipt {
  return {
    status: 'suppressed',
    messageId,
    via,
    envelope: { from: sender, to: [] },
    accepted: [],
    rejected: [],
    dropped,
  };
}

/** Everybody whom a message names, dropped by the veto of a hook. */
export function vetoed(mail: OutgoingMail, veto: MailVeto): DroppedRecipient[] {
  return listRecipients(mail.recipients).map(({ field, mailbox }) => ({
    address: mailbox.address,
    field,
    rule: 'hook',
    reason: veto.reason,
  }));
}
