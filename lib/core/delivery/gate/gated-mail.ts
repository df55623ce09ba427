import { Readable } from 'node:stream';
import type { AsciiHead, ComposedMail, MailEnvelope, UnendedContent } from '../../mime/composed-mail.js';

/** When the end of a mail may be sent. */
export interface MailGate {
  /** Waits for the mails that end before this one. */
  turn(): Promise<void>;
  /** Resolves when the end may be sent, which its turn is a part of. */
  mayEnd(): Promise<void>;
  /** Whether the last piece waits for that as a whole, also for a delivery that could send all but its end before. */
  readonly whole: boolean;
}

/** What a mail whose end is held back is made of: what a composed mail says, and its bytes in pieces. */
export interface GatedContent extends Omit<ComposedMail, 'bytes' | 'stream' | 'unended' | 'redact'> {
  /** The bytes; can be read again. */
  chunks(): AsyncIterable<Buffer>;
  /** Hides in what a server has said what it can only have out of this mail. */
  redact(reply: string): string;
}

/**
 * A mail of a file or of a queue as deliveries take it. Its end is not handed out before `mayEnd` resolves: without the end a
 * server cannot have taken the mail.
 */
export class GatedMail implements ComposedMail {
  readonly envelope: MailEnvelope;
  readonly messageId: string;
  readonly template?: string;
  readonly culture?: string;
  readonly size?: number;
  readonly eightBit: boolean;
  readonly utf8Header: boolean;
  readonly bcc?: readonly string[];
  readonly headerSender?: string;
  readonly partial: boolean;
  readonly asciiHead?: AsciiHead;
  readonly unended?: UnendedContent;
  readonly #content: GatedContent;
  readonly #mayEnd: () => Promise<void>;

  /** @param to the recipients of this try */
  constructor(content: GatedContent, to: readonly string[], { turn, mayEnd, whole }: MailGate) {
    const { envelope, template, culture, size, bcc, headerSender, asciiHead } = content;
    const { from, dsn } = envelope;
    this.envelope = { from, to, ...(dsn && { dsn }) };
    this.messageId = content.messageId;
    this.eightBit = content.eightBit ?? false;
    this.utf8Header = content.utf8Header ?? false;
    this.partial = (content.partial ?? false) || to.length < envelope.to.length;
    if (template !== undefined) this.template = template;
    if (culture !== undefined) this.culture = culture;
    if (size !== undefined) this.size = size;
    if (bcc) this.bcc = bcc.filter(address => to.includes(address));
    if (headerSender !== undefined) this.headerSender = headerSender;
    if (asciiHead) this.asciiHead = asciiHead;
    this.#content = content;
    this.#mayEnd = mayEnd;
    if (whole) return;
    const stream = (): Readable => Readable.from(content.chunks(), { objectMode: false });
    this.unended = { bytes: () => inOnePiece(content.chunks()), stream, turn, mayEnd };
  }

  /** Not a field of the object: mails get printed. */
  get secrets(): readonly string[] {
    return this.#content.secrets ?? [];
  }

  redact(reply: string): string {
    return this.#content.redact(reply);
  }

  bytes(): Promise<Buffer> {
    return inOnePiece(this.#gatedChunks());
  }

  stream(): Readable {
    return Readable.from(this.#gatedChunks(), { objectMode: false });
  }

  async *#gatedChunks(): AsyncGenerator<Buffer> {
    let last: Buffer | undefined;
    for await (const chunk of this.#content.chunks()) {
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
