import { Readable } from 'node:stream';
import { yielding } from '../concurrency/yielding.js';
import { MailError } from '../errors/mail-error.js';
import { MailMessageError } from '../errors/mail-message-error.js';
import { plainCause } from '../errors/plain-cause.js';
import { MailRedactor } from '../redaction/mail-redactor.js';
import type { AsciiHead, ComposedMail, MailEnvelope } from './composed-mail.js';
import type { MimeSegment } from './mime-entity.js';
import { mayHoldAny, readableTexts } from './readable-texts.js';

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

/** A composed mail held as pieces: bytes where they are in memory, streams where they are not. */
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
    const sizes = this.#segments.map(segment => (Buffer.isBuffer(segment) ? segment.length : segment.size));
    if (sizes.every(size => size !== undefined)) this.size = sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Not a field of the object: mails get printed. */
  get secrets(): readonly string[] {
    return this.#secrets;
  }

  redact(reply: string): string {
    this.#redactor ??= new MailRedactor({
      secrets: this.#secrets,
      texts: () => this.#bodies.flatMap(readableTexts),
      mayHold: pieces => this.#bodies.some(body => mayHoldAny(body, pieces)),
      shown: () => [this.envelope.from, ...this.envelope.to, this.messageId],
    });
    return this.#redactor.redact(reply);
  }

  get spent(): boolean {
    return this.#segments.some(segment => !Buffer.isBuffer(segment) && segment.spent());
  }

  async bytes(): Promise<Buffer> {
    const [only] = this.#segments;
    if (this.#segments.length === 1 && Buffer.isBuffer(only)) return only;
    const pieces: Buffer[] = [];
    for await (const piece of this.#pieces()) pieces.push(piece);
    const whole = Buffer.concat(pieces);
    // A stream can be read once; what was read is kept for the next caller.
    this.#segments = [whole];
    return whole;
  }

  stream(): Readable {
    return Readable.from(this.#pieces(), { objectMode: false });
  }

  /** What stands before all files, and so in the first piece; then the bodies behind them. */
  get #bodies(): readonly Buffer[] {
    const [first] = this.#segments;
    return [
      ...(Buffer.isBuffer(first) ? [first.subarray(0, this.#readableOctets)] : []),
      ...this.#behindFiles,
    ];
  }

  async *#pieces(): AsyncGenerator<Buffer> {
    for (const segment of this.#segments) {
      if (Buffer.isBuffer(segment)) yield segment;
      else yield* readAttachment(segment);
    }
  }
}

async function* readAttachment(segment: Exclude<MimeSegment, Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* yielding(segment.open());
  } catch (error) {
    throw new MailMessageError(
      'EMAILATTACHMENT',
      'attachments',
      'a file or stream failed while it was read',
      { cause: error instanceof MailError ? error : plainCause(error) },
    );
  }
}

function joinBuffers(segments: readonly MimeSegment[]): MimeSegment[] {
  const joined: MimeSegment[] = [];
  let adjacent: Buffer[] = [];
  const flush = (): void => {
    if (adjacent.length > 0)
      joined.push(adjacent.length === 1 && adjacent[0] ? adjacent[0] : concatenated(adjacent));
    adjacent = [];
  };
  for (const segment of segments) {
    if (Buffer.isBuffer(segment)) adjacent.push(segment);
    else {
      flush();
      joined.push(segment);
    }
  }
  flush();
  return joined;
}

/**
 * Node.js allocates small buffers in shared pools, which stay in memory as long as one of them is used: each finished mail
 * would keep what was made while it was composed.
 */
function concatenated(buffers: readonly Buffer[]): Buffer {
  const whole = Buffer.allocUnsafeSlow(buffers.reduce((sum, buffer) => sum + buffer.length, 0));
  let offset = 0;
  for (const buffer of buffers) offset += buffer.copy(whole, offset);
  return whole;
}
