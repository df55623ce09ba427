import { Readable } from 'node:stream';
import type { ComposedMail, MailEnvelope } from '../../message/composed-mail.js';
import type { SpooledMail } from './spooled-mail.js';

/**
 * The mail of a file as deliveries take it. Its end is held back until `mayEnd` resolves: without its end a server
 * cannot have taken it.
 */
export class HeldMail implements ComposedMail {
  readonly envelope: MailEnvelope;
  readonly messageId: string;
  readonly size: number;
  readonly eightBit: boolean;
  readonly #mail: SpooledMail;
  readonly #mayEnd: () => Promise<void>;

  constructor(mail: SpooledMail, to: readonly string[], mayEnd: () => Promise<void>) {
    this.envelope = { from: mail.envelope.from, to };
    this.messageId = mail.messageId;
    this.size = mail.size;
    this.eightBit = mail.eightBit;
    this.#mail = mail;
    this.#mayEnd = mayEnd;
  }

  async bytes(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.#held()) chunks.push(chunk);
    const [only] = chunks;
    return chunks.length === 1 && only ? only : Buffer.concat(chunks);
  }

  stream(): Readable {
    return Readable.from(this.#held(), { objectMode: false });
  }

  async *#held(): AsyncGenerator<Buffer> {
    let last: Buffer | undefined;
    for await (const chunk of this.#mail.chunks()) {
      if (last) yield last;
      last = chunk;
    }
    await this.#mayEnd();
    if (last) yield last;
  }
}
