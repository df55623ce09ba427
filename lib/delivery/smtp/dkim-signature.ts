import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { DKIMOptions } from 'nodemailer/lib/dkim';
import type { ComposedMail } from '../../message/composed-mail.js';

/** Signs a mail (RFC 6376) with nodemailer's signer. Reading the mail ends when the signal fires. */
export async function signedMail(
  mail: ComposedMail,
  options: DKIMOptions,
  signal: AbortSignal,
): Promise<ComposedMail> {
  const { default: DKIM } = await import('nodemailer/lib/dkim');
  const source = mail.stream();
  const stop = (): void => void source.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const bytes = await buffer(new DKIM(options).sign(source));
    return {
      envelope: mail.envelope,
      messageId: mail.messageId,
      size: bytes.length,
      ...(mail.eightBit && { eightBit: true }),
      bytes: async () => bytes,
      stream: () => Readable.from([bytes], { objectMode: false }),
    };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
