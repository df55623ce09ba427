import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import type { ComposedMail } from '../../mime/composed-mail.js';
import type { PickupFormat } from '../../settings/mail-settings.js';

/** Limits of Exchange's pickup directory; larger files it renames to `.bad`. */
const EXCHANGE_RECIPIENTS = 100;
/** Octets of the longest header that Exchange's pickup directory takes. */
export const EXCHANGE_HEADER_OCTETS = 64 * 1024;

/**
 * The lines that a dialect puts before the message: the envelope for IIS, blind recipients for Exchange.
 *
 * @throws {@link MailDeliveryError} `EMAILWRITE` for a mail that Exchange would refuse
 */
export function pickupHeaders(format: PickupFormat, mail: ComposedMail): Buffer {
  const { from, to } = mail.envelope;
  if (format === 'Iis') {
    return lines([`X-Sender: ${from === '' ? '<>' : from}`, ...to.map(address => `X-Receiver: ${address}`)]);
  }
  if (to.length > EXCHANGE_RECIPIENTS)
    throw refused(mail, `${to.length} recipients are more than the ${EXCHANGE_RECIPIENTS} that it takes`);
  if (mail.partial)
    throw refused(mail, 'it reads the recipients from the header, and some of those have the mail already');
  const blind = mail.bcc ?? [];
  return blind.length === 0 ? Buffer.alloc(0) : lines([`Bcc: ${blind.join(',\r\n ')}`]);
}

/** Refuses a header that Exchange would refuse, before the file is finished. */
export function checkExchangeHeader(mail: ComposedMail, head: Buffer): void {
  if (head.length > EXCHANGE_HEADER_OCTETS)
    throw refused(mail, `its header is larger than the ${EXCHANGE_HEADER_OCTETS} octets that it takes`);
}

/** What of a mail its pickup file cannot say, in words that complete "a pickup file cannot carry …"; none for most. */
export function lostInPickup(format: PickupFormat, { envelope, headerSender }: ComposedMail): string[] {
  const lost: string[] = [];
  if (envelope.dsn) lost.push('which reports of delivery it asks for (dsn)');
  if (format === 'Exchange' && headerSender !== undefined)
    lost.push(
      'where reports of failures go (envelopeFrom or BounceAddress), as Exchange takes the sender of the header',
    );
  return lost;
}

function refused(mail: ComposedMail, reason: string): MailDeliveryError {
  return new MailDeliveryError(
    'EMAILWRITE',
    `The Exchange pickup directory would not take this mail: ${reason}.`,
    {
      phase: 'write',
      retryable: false,
      messageId: mail.messageId,
    },
  );
}

function lines(headers: readonly string[]): Buffer {
  return Buffer.from(headers.map(header => `${header}\r\n`).join(''));
}
