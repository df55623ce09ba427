import type { Readable } from 'node:stream';
import { yielding } from '../concurrency/yielding.js';
import { MailMessageError } from '../errors/mail-message-error.js';

/** Octets of a stream that are held in memory at most. */
export const LONGEST_IN_MEMORY = 128 * 1024 * 1024;

/**
 * Reads the stream of an attachment to its end. Whoever destroys the stream meanwhile ends the reading.
 *
 * @param field name of the attachment's content, for the error
 * @throws {@link MailMessageError} `EMAILATTACHMENT` when the stream fails or is too long; it is destroyed then
 */
export async function streamInMemory(field: string, stream: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let octets = 0;
  try {
    for await (const chunk of yielding<unknown>(stream)) {
      const piece = octetsOf(field, chunk);
      pieces.push(piece);
      octets += piece.length;
      if (octets > LONGEST_IN_MEMORY)
        throw new MailMessageError(
          'EMAILATTACHMENT',
          field,
          `is a stream of more than ${LONGEST_IN_MEMORY / 1024 / 1024} MiB, which cannot be held in memory for several mails; give the path of a file`,
        );
    }
  } catch (error) {
    if (error instanceof MailMessageError) throw error;
    throw new MailMessageError('EMAILATTACHMENT', field, 'is a stream that failed', { cause: error });
  }
  return Buffer.concat(pieces);
}

function octetsOf(field: string, chunk: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk;
  if (typeof chunk === 'string') return Buffer.from(chunk);
  if (chunk instanceof Uint8Array) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw new MailMessageError('EMAILATTACHMENT', field, 'is a stream of what is neither text nor octets');
}
