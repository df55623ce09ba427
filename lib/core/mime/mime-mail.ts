import { Readable } from 'node:stream';
import { yielding } from '../concurrency/yielding.js';
import { MailError } from '../errors/mail-error.js';
import { MailMessageError } from '../errors/mail-message-error.js';
import { plainCause } from '../errors/plain-cause.js';
import { MailRedactor } from '../redaction/mail-redactor.js';
import { mayQuote } from '../redaction/may-quote.js';
import { CollectedOctets } from './collected-octets.js';
import type { AsciiHead, ComposedMail, MailEnvelope } from './composed-mail.js';
import type { EncodedFile, MimeSegment } from './mime-segment.js';
import { bytesOf, EncodedBytes, joinBuffers, sizeOf } from './mime-segment.js';
import { mayHoldAny, readableTexts } from './readable-texts.js';
import { isReadyToSend } from './ready-to-send.js';

/** What a mail in pieces is made of. */
export interface MimeMailParts {
  readonly envelope: MailEnvelope;
  readonly messageId: string;
  /** Recipients that no header names. */
  readonly bcc: readonly string[];
  readonly segments: readonly MimeSegment[];
  /** Octets from the beginning that hold the header and the bodies, and no files. */
  readonly readable: number;
  /** Entities of bodies that stand behind files. */
  readonly behindFiles: readonly Buffer[];
  /** The sender that the header names, where the envelope has another one. */
  readonly headerSender?: string;
  /** Texts in it that no error or log may show. */
  readonly secrets: readonly string[];
  /** Replaces a header that is not ASCII. */
  readonly asciiHead?: AsciiHead;
  /** Name of the template that the content came from. */
  readonly template?: string;
  /** Cultures that the template was rendered in. */
  readonly culture?: string;
}

/** A composed mail held as pieces: bytes that are ready, and attachments that are encoded when their turn comes. */
export class MimeMail implements ComposedMail {
  readonly envelope: MailEnvelope;
  readonly messageId: string;
  readonly size?: number;
  readonly bcc: readonly string[];
  readonly asciiHead?: AsciiHead;
  readonly template?: string;
  readonly culture?: string;
  readonly headerSender?: string;
  #segments: readonly MimeSegment[];
  /** All of it in one piece, once somebody has asked for that. */
  #whole: Buffer | undefined;
  readonly #secrets: readonly string[];
  readonly #readableOctets: number;
  readonly #behindFiles: readonly Buffer[];
  #redactor: MailRedactor | undefined;

  constructor({ segments, readable, behindFiles, secrets, ...facts }: MimeMailParts) {
    const { envelope, messageId, bcc, asciiHead, template, culture, headerSender } = facts;
    this.envelope = envelope;
    this.messageId = messageId;
    this.bcc = bcc;
    this.#secrets = secrets;
    this.#readableOctets = readable;
    this.#behindFiles = behindFiles;
    if (headerSender !== undefined) this.headerSender = headerSender;
    if (asciiHead) this.asciiHead = asciiHead;
    if (template !== undefined) this.template = template;
    if (culture !== undefined) this.culture = culture;
    this.#segments = joinBuffers(segments);
    const sizes = this.#segments.map(sizeOf);
    if (sizes.every(size => size !== undefined)) this.size = sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Not a field of the object: mails get printed. */
  get secrets(): readonly string[] {
    return this.#secrets;
  }

  redact(reply: string): string {
    // What servers say of nearly every mail: no redactor is made, which each mail would hold.
    if (!this.#redactor && this.#secrets.length === 0 && !mayQuote(reply)) return reply;
    this.#redactor ??= new MailRedactor({
      secrets: this.#secrets,
      texts: () => this.#bodies.flatMap(readableTexts),
      mayHold: pieces => this.#bodies.some(body => mayHoldAny(body, pieces)),
      shown: () => [this.envelope.from, ...this.envelope.to, this.messageId],
    });
    return this.#redactor.redact(reply);
  }

  get spent(): boolean {
    return this.#segments.some(segment => 'spent' in segment && segment.spent());
  }

  async bytes(): Promise<Buffer> {
    if (this.#whole) return this.#whole;
    const [only] = this.#segments;
    if (this.#segments.length === 1 && Buffer.isBuffer(only)) return only;
    const segments = this.#segments;
    const octets = new CollectedOctets(this.size);
    const ends: number[] = [];
    for (const segment of segments) {
      for await (const piece of read(segment, { reuse: true })) octets.add(piece);
      ends.push(octets.size);
    }
    const whole = octets.whole();
    // A stream can be read once; what was read is kept for the next caller, and what was known of it.
    this.#whole = whole;
    this.#segments = segments.map((segment, index) => {
      const bytes = whole.subarray(ends[index - 1] ?? 0, ends[index]);
      return Buffer.isBuffer(segment) ? bytes : new EncodedBytes(bytes);
    });
    return whole;
  }

  stream(): Readable {
    return Readable.from(this.#pieces(), { objectMode: false });
  }

  /**
   * How to read a mail that can be sent as it is: all its lines end with CRLF, and none begins with a dot. A piece is only good
   * until the next is asked for.
   *
   * @returns undefined for a mail of which that is not known
   */
  static forSocket(mail: ComposedMail): (() => AsyncGenerator<Buffer>) | undefined {
    if (!(#segments in mail)) return undefined;
    const ready = mail.#segments.every(segment => !Buffer.isBuffer(segment) || isReadyToSend(segment));
    return ready ? () => mail.#pieces({ reuse: true }) : undefined;
  }

  /** What stands before all files, and so in the first piece; then the bodies behind them. */
  get #bodies(): readonly Buffer[] {
    const [first] = this.#segments;
    return [
      ...(Buffer.isBuffer(first) ? [first.subarray(0, this.#readableOctets)] : []),
      ...this.#behindFiles,
    ];
  }

  async *#pieces(options?: { reuse: boolean }): AsyncGenerator<Buffer> {
    for (const segment of this.#segments) yield* read(segment, options);
  }
}

async function* read(segment: MimeSegment, options?: { reuse: boolean }): AsyncGenerator<Buffer> {
  const bytes = bytesOf(segment);
  if (bytes) yield bytes;
  else if ('open' in segment) yield* readFile(segment, options);
}

async function* readFile(file: EncodedFile, options?: { reuse: boolean }): AsyncGenerator<Buffer> {
  try {
    yield* yielding(file.open(options));
  } catch (error) {
    throw new MailMessageError(
      'EMAILATTACHMENT',
      'attachments',
      'a file or stream failed while it was read',
      { cause: error instanceof MailError ? error : plainCause(error) },
    );
  }
}
