import type { DKIMOptions } from 'nodemailer/lib/dkim';
import { buffer } from 'node:stream/consumers';
import type { ComposedMail } from '../../message/composed-mail.js';
import { Readable } from 'node:stream';

/** Signs a mail (RFC 6376) with nodemailer's signer. */
export async function signedMail(mail: ComposedMail, options: DKIMOptions): Promise<ComposedMail> {
  const { default: DKIM } = await import('nodemailer/lib/dkim');
  const bytes = await buffer(new DKIM(options).sign(mail.stream()));
  return {
    envelope: mail.envelope,
    messageId: mail.messageId,
    size: bytes.length,
    bytes: async () => bytes,
    stream: () => Readable.from([bytes], { objectMode: false }),
  };
}
