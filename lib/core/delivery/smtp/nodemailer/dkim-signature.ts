import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { untilAborted } from '../../../concurrency/until-aborted.js';
import type { AsciiHead, ComposedMail, MailEnvelope, UnendedContent } from '../../../mime/composed-mail.js';
import type { NodemailerDkimOptions } from './nodemailer-options.js';

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/**
 * Signs a mail (RFC 6376) with nodemailer's signer. The mail keeps its bytes, so that it can be tried again. Reading it
 * ends when the signal fires.
 */
export async function signedMail(
  mail: ComposedMail,
  options: NodemailerDkimOptions,
  signal: AbortSignal,
): Promise<ComposedMail> {
  const { default: DKIM } = await import('nodemailer/lib/dkim');
  const composed = await untilAborted((mail.unended ?? mail).bytes(), signal);
  const sign = (whole: Buffer): Promise<Buffer> =>
    buffer(new DKIM(options).sign(Readable.from([whole], { objectMode: false })));
  const { asciiHead } = mail;
  const bytes = await sign(composed);
  if (!asciiHead) return new SignedMail(mail, bytes);
  // Another header needs another signature.
  const other = await sign(Buffer.concat([asciiHead.bytes, composed.subarray(asciiHead.replaces)]));
  return new SignedMail(mail, bytes, { bytes: headOf(other), replaces: headOf(bytes).length });
}

function headOf(mail: Buffer): Buffer {
  return mail.subarray(0, mail.indexOf(END_OF_HEAD) + END_OF_HEAD.length);
}

/** The same mail with a signature before its header. */
class SignedMail implements ComposedMail {
  readonly #unsigned: ComposedMail;
  readonly #bytes: Buffer;
  readonly asciiHead?: AsciiHead;

  constructor(unsigned: ComposedMail, bytes: Buffer, asciiHead?: AsciiHead) {
    this.#unsigned = unsigned;
    this.#bytes = bytes;
    if (asciiHead) this.asciiHead = asciiHead;
  }

  get envelope(): MailEnvelope {
    return this.#unsigned.envelope;
  }

  get messageId(): string {
    return this.#unsigned.messageId;
  }

  get size(): number {
    return this.#bytes.length;
  }

  get eightBit(): boolean {
    return this.#unsigned.eightBit ?? false;
  }

  get secrets(): readonly string[] {
    return this.#unsigned.secrets ?? [];
  }

  get unended(): UnendedContent | undefined {
    const { unended } = this.#unsigned;
    return (
      unended && {
        bytes: async () => this.#bytes,
        stream: () => Readable.from([this.#bytes], { objectMode: false }),
        mayEnd: () => unended.mayEnd(),
      }
    );
  }

  async bytes(): Promise<Buffer> {
    await this.#unsigned.unended?.mayEnd();
    return this.#bytes;
  }

  stream(): Readable {
    return Readable.from(this.#held(), { objectMode: false });
  }

  async *#held(): AsyncGenerator<Buffer> {
    yield await this.bytes();
  }
}
