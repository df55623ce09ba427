import { isAscii } from '../../address/domain-name.js';
import type { RejectedRecipient } from '../../errors/mail-delivery-error.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import type { ComposedMail } from '../../mime/composed-mail.js';
import { AsciiMail } from './ascii-mail.js';
import type { SmtpConversation } from './smtp-conversation.js';

const REASON = 'needs SMTPUTF8 (RFC 6531), which the server does not offer';

/**
 * Keeps addresses beyond ASCII from a server that does not take them; the other recipients must not suffer.
 *
 * @throws {@link MailDeliveryError} `EMAILENVELOPE` when nobody can be reached
 */
export function supportedRecipients(
  { envelope: { from, to }, messageId }: ComposedMail,
  conversation: SmtpConversation,
): { reachable: string[]; refused: RejectedRecipient[] } {
  if (conversation.offers('SMTPUTF8')) return { reachable: [...to], refused: [] };
  const reachable = to.filter(isAscii);
  const refused = to
    .filter(address => !isAscii(address))
    .map(address => ({ address, response: `the address ${REASON}`, retryable: false }));
  if (isAscii(from) && reachable.length > 0) return { reachable, refused };
  const who = isAscii(from) ? 'Every recipient' : `The sender ${from}`;
  throw new MailDeliveryError('EMAILENVELOPE', `${who} ${REASON}.`, {
    phase: 'envelope',
    retryable: false,
    messageId,
    transcript: conversation.transcript,
    ...(isAscii(from) && { recipients: refused }),
  });
}

/** The mail in the form that the server takes: addresses beyond ASCII in a header need SMTPUTF8 as well. */
export function fittingMail(mail: ComposedMail, conversation: SmtpConversation): ComposedMail {
  const { asciiHead } = mail;
  return asciiHead === undefined || conversation.offers('SMTPUTF8') ? mail : new AsciiMail(mail, asciiHead);
}
