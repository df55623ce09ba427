import { abortable } from '../../concurrency/abortable-iteration.js';
import type { AnySignal } from '../../concurrency/lazy-signal.js';
import { untilAborted } from '../../concurrency/until-aborted.js';
import type { ComposedMail } from '../../mime/composed-mail.js';
import type { PickupFormat } from '../../settings/mail-settings.js';
import { checkExchangeHeader, EXCHANGE_HEADER_OCTETS, pickupHeaders } from './pickup-headers.js';
import type { PickupContent } from './write-pickup-file.js';

/** Octets up to which a mail is read into memory before it is written. */
const LARGEST_IN_MEMORY = 1024 * 1024;
const END_OF_HEADER = Buffer.from('\r\n\r\n');

/**
 * What a pickup file holds: the lines of the dialect and the message, in memory or, when it is large or of unknown size,
 * read while it is written.
 *
 * @throws MailDeliveryError `EMAILWRITE` for a mail that Exchange would refuse, or the signal's reason
 */
export async function pickupContent(
  format: PickupFormat,
  mail: ComposedMail,
  signal: AnySignal,
): Promise<PickupContent> {
  const head = pickupHeaders(format, mail);
  if (mail.size === undefined || mail.size > LARGEST_IN_MEMORY)
    return abortable(pieces(format, mail, head), signal);
  const bytes = await untilAborted(mail.bytes(), signal);
  if (format === 'Exchange') checkHeader(mail, Buffer.concat([head, beginningOf(bytes)]));
  return [head, bytes];
}

async function* pieces(format: PickupFormat, mail: ComposedMail, head: Buffer): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  let header: Buffer | undefined = format === 'Exchange' ? head : undefined;
  for await (const chunk of mail.stream()) {
    const piece = chunk as Buffer;
    if (header) {
      header = Buffer.concat([header, beginningOf(piece)]);
      if (checkHeader(mail, header)) header = undefined;
    }
    yield piece;
  }
}

/** The part of a piece that the header check may need: a piece may be a whole mail. */
function beginningOf(piece: Buffer): Buffer {
  return piece.subarray(0, EXCHANGE_HEADER_OCTETS + END_OF_HEADER.length);
}

/** Tells whether the whole header was there to be checked. */
function checkHeader(mail: ComposedMail, beginning: Buffer): boolean {
  const end = beginning.indexOf(END_OF_HEADER);
  checkExchangeHeader(mail, end < 0 ? beginning : beginning.subarray(0, end));
  return end >= 0;
}
