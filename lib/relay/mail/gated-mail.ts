import { Readable } from 'node:stream';
import type { ComposedMail, MailEnvelope, UnendedContent } from '../../core/mime/composed-mail.js';
import type { SpooledMail } from './spooled-mail.js';

/** When the end of a mail may be sent. */
export interface MailGate {
  /** Waits for the mails that end before this one. */
  turn(): Promise<void>;
  /** Resolves when the end may be sent, which its turn is a part of. */
  mayEnd(): Promise<void>;
  /** Whether the last piece waits for that as a whole, also for a delivery that could send all but its end before. */
  readonly whole: boolean;
}

/**
 * The mail of a file as deliveries take it. Its end is not handed out before `mayEnd` resolves: without the end a server
 * cannot have taken the mail.
 */
export class GatedMail implements ComposedMail {
  readonly envelope: MailEnvelope;
  readonly messageId: string;
  readonly size: number;
  readonly eightBit: boolean;
  readonly utf8Header: boolean;
  readonly unended?: UnendedContent;
  readonly #mail: SpooledMail;
  readonly #mayEnd: () => Promise<void>;

  /** @param to the recipients of this try */
  constructor(mail: SpooledMail, to: readonly string[], { turn, mayEnd, whole }: MailGate) {
    this.envelope = { from: mail.envelope.from, to };
    this.messageId = mail.messageId;
    this.size = mail.size;
    this.eightBit = mail.eightBit;
    this.utf8Header = mail.utf8Header;
    this.#mail = mail;
    this.#mayEnd = mayEnd;
    if (whole) return;
    const stream = (): Readable => Readable.from(mail.chunks(), { objectMode: false });
    this.unended = { bytes: () => inOnePiece(mail.chunks()), stream, turn, mayEnd };
  }

  redact(reply: string): string {
    return this.#mail.redact(reply);
  }

  bytes(): Promise<Buffer> {
    return inOnePiece(this.#gatedChunks());
  }

  stream(): Readable {
    return Readable.from(this.#gatedChunks(), { objectMode: false });
  }

  async *#gatedChunks(): AsyncGenerator<Buffer> {
    let last: Buffer | undefined;
    for await (const chunk of this.#mail.chunks()) {
      if (last) yield last;
      last = chunk;
    }
    await this.#mayEnd();
    if (last) yield last;
  }
}

async function inOnePiece(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of pieces) chunks.push(chunk);
  const [only] = chunks;
  return chunks.length === 1 && only ? only : Buffer.concat(chunks);
}
