import { isAscii } from 'node:buffer';

/** Why a message cannot be attached as one. Its message completes "attachments[0].content: …". */
export class MessageOctetsError extends Error {
  override readonly name = 'MessageOctetsError';
}

const LONGEST_LINE = 998;
const OTHERWISE = 'attach it with contentType application/octet-stream, and a file name that ends with .eml';

/**
 * Prepares a message that is attached to another one: RFC 2046 5.2.1 allows no encoding but 7bit for what every server
 * takes, so each of its lines must be one that mails may have as it is.
 *
 * @returns the message with CRLF line ends
 * @throws {@link MessageOctetsError} when it must be encoded
 */
export function messageOctets(octets: Buffer): Buffer {
  if (!isAscii(octets))
    throw new MessageOctetsError(`holds octets beyond ASCII, which not every server takes; ${OTHERWISE}`);
  if (octets.includes(0)) throw new MessageOctetsError(`holds a NUL; ${OTHERWISE}`);
  const text = octets.toString('latin1').replace(/\r\n|\r|\n/g, '\r\n');
  let start = 0;
  for (let number = 1; start < text.length; number++) {
    const found = text.indexOf('\r\n', start);
    const end = found < 0 ? text.length : found;
    if (end - start > LONGEST_LINE)
      throw new MessageOctetsError(`has more than ${LONGEST_LINE} octets in line ${number}; ${OTHERWISE}`);
    // Some readers of pickup files remove it, and others do not.
    if (text.charAt(start) === '.')
      throw new MessageOctetsError(`begins line ${number} with a dot; ${OTHERWISE}`);
    start = end + 2;
  }
  return Buffer.from(text, 'latin1');
}
