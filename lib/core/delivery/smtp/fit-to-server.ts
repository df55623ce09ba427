import { isAscii } from '../../address/domain-name.js';
import type { RejectedRecipient } from '../../errors/mail-delivery-error.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import type { ComposedMail } from '../../mime/composed-mail.js';
import { AsciiMail } from './ascii-mail.js';
import type { SmtpConversation } from './smtp-conversation.js';

const REASON = 'needs SMTPUTF8 (RFC 6531), which the server does not offer';
const UTF8_HEADER = `The header of the mail holds characters beyond ASCII as they are, which ${REASON}.`;
const EIGHT_BIT =
  'The mail holds octets beyond ASCII, which needs 8BITMIME (RFC 6152), and the server does not offer that.';

/** A mail in the form that a server takes. */
export interface FittedMail {
  readonly mail: ComposedMail;
  /** The recipients that can be offered to the server, in the order of the envelope. */
  readonly reachable: string[];
  /** Those that cannot. */
  readonly refused: readonly RejectedRecipient[];
}

/**
 * Fits a mail to what the server offers, before anything of it is sent: SMTPUTF8 (RFC 6531), 8BITMIME
 * (RFC 6152) and SIZE (RFC 1870).
 *
 * @throws {@link MailDeliveryError} `EMAILENVELOPE` when nobody can be reached, the content cannot be sent to this server, or the
 * message is too large
 */
export function fitToServer(mail: ComposedMail, conversation: SmtpConversation): FittedMail {
  const recipients = supportedRecipients(mail, conversation);
  const fitting = fittingMail(mail, conversation);
  checkContent(fitting, conversation);
  checkSize(fitting, conversation);
  return { mail: fitting, ...recipients };
}

/** Keeps addresses beyond ASCII from a server that does not take them; the other recipients still get the mail. */
function supportedRecipients(
  { envelope: { from, to }, messageId }: ComposedMail,
  conversation: SmtpConversation,
): Omit<FittedMail, 'mail'> {
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

/** The mail with the header that the server takes: addresses beyond ASCII in a header need SMTPUTF8 as well. */
function fittingMail(mail: ComposedMail, conversation: SmtpConversation): ComposedMail {
  const { asciiHead } = mail;
  return asciiHead === undefined || conversation.offers('SMTPUTF8') ? mail : new AsciiMail(mail, asciiHead);
}

/** Refuses content that would reach its readers broken, or not at all. A further try at this server would bring nothing else. */
function checkContent(
  { utf8Header, eightBit, messageId }: ComposedMail,
  conversation: SmtpConversation,
): void {
  const problem =
    utf8Header === true && !conversation.offers('SMTPUTF8')
      ? UTF8_HEADER
      : eightBit === true && !conversation.offers('8BITMIME')
        ? EIGHT_BIT
        : undefined;
  if (problem === undefined) return;
  throw new MailDeliveryError('EMAILENVELOPE', problem, {
    phase: 'envelope',
    retryable: false,
    messageId,
    transcript: conversation.transcript,
  });
}

/** Refuses a message that is larger than the server takes. One that gives no number, or 0, has no fixed limit. */
function checkSize({ size, messageId }: ComposedMail, conversation: SmtpConversation): void {
  const limit = Number(/^\d+$/.exec(conversation.parameterOf('SIZE') ?? '')?.[0] ?? 0);
  if (size === undefined || limit === 0 || size <= limit) return;
  throw new MailDeliveryError(
    'EMAILENVELOPE',
    `The message is too large for the mail server: it has ${size} octets, and the server takes ${limit} (SIZE).`,
    { phase: 'envelope', retryable: false, messageId, transcript: conversation.transcript },
  );
}
