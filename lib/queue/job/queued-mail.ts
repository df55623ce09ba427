import { Readable } from 'node:stream';
import { CarriedFacts } from '../../core/mime/carried-facts.js';
import type { AsciiHead, ComposedMail, MailEnvelope } from '../../core/mime/composed-mail.js';
import { readableTexts } from '../../core/mime/readable-texts.js';
import { MailRedactor } from '../../core/redaction/mail-redactor.js';
import type { ReadMailHead } from './mail-head.js';

/** Octets that a stream gives at a time. */
const PIECE = 64 * 1024;

/** A mail that was in the queue: its bytes are in memory, and can be delivered as often as it takes. */
export class QueuedMail extends CarriedFacts implements ComposedMail {
  readonly envelope: MailEnvelope;
  readonly size: number;
  readonly eightBit: boolean;
  readonly utf8Header: boolean;
  readonly asciiHead?: AsciiHead;
  readonly #secrets: readonly string[];
  readonly #bytes: Buffer;
  #redactor: MailRedactor | undefined;

  /** @param bytes the whole message */
  constructor(head: ReadMailHead, bytes: Buffer) {
    super({ ...head, bytes: async () => bytes, stream: () => inPieces(bytes) });
    const { envelope, eightBit, utf8Header, asciiHead, secrets } = head;
    this.envelope = envelope;
    if (asciiHead) this.asciiHead = asciiHead;
    this.eightBit = eightBit ?? false;
    this.utf8Header = utf8Header ?? false;
    this.size = bytes.length;
    this.#secrets = secrets ?? [];
    this.#bytes = bytes;
  }

  /** Not a field of the object: mails get printed. */
  get secrets(): readonly string[] {
    return this.#secrets;
  }

  redact(reply: string): string {
    this.#redactor ??= new MailRedactor({
      secrets: this.#secrets,
      texts: () => readableTexts(this.#bytes),
      // A hook may have written the bytes, and how others write a text, a look at its bytes does not tell.
      mayHold: () => true,
      shown: () => [this.envelope.from, ...this.envelope.to, this.messageId],
    });
    return this.#redactor.redact(reply);
  }

  /** The bytes in pieces; can be read again. */
  async *chunks(): AsyncGenerator<Buffer> {
    yield* piecesOf(this.#bytes);
  }

  async bytes(): Promise<Buffer> {
    return this.#bytes;
  }

  stream(): Readable {
    return inPieces(this.#bytes);
  }
}

function inPieces(bytes: Buffer): Readable {
  return Readable.from(piecesOf(bytes), { objectMode: false });
}

function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}
