import { isAscii, isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { MailHeader } from '../../core/delivery/pickup/mail-header.js';
import { headerValue } from '../../core/delivery/pickup/mail-header.js';
import type { PickupEnvelope } from '../../core/delivery/pickup/pickup-envelope.js';
import {
  pickupEnvelope,
  recipientFieldNames,
  travellingRanges,
} from '../../core/delivery/pickup/pickup-envelope.js';
import { UnreadableMailError } from '../../core/delivery/pickup/unreadable-mail-error.js';
import { readableTexts } from '../../core/mime/readable-texts.js';
import { MailRedactor } from '../../core/redaction/mail-redactor.js';
import type { OpenFile } from '../spool/open-file.js';
import { readHead } from './read-head.js';
import { DotUnstuffer } from './undo-dot-stuffing.js';

/** Octets up to which a mail is kept in memory while it is sent. */
const IN_MEMORY = 1024 * 1024;
/** Octets that are read at a time. */
const CHUNK = 256 * 1024;
/** Octets of the largest file that is read: no server takes one like it, and a file without content in it may have any size. */
const LARGEST_GIB = 2;
const LARGEST = LARGEST_GIB * 1024 ** 3;

/** How the mail of a file is read. */
export interface SpooledMailOptions {
  /** Whether the writer doubled dots at the beginning of lines. */
  readonly undoDotStuffing: boolean;
}

/** What the header of a file says. */
type HeaderFacts = Pick<SpooledMail, 'envelope' | 'messageId' | 'recipientFields' | 'utf8Header'>;

/** The mail in a pickup file: its envelope, and the bytes that are sent on. A large one is read again whenever it is sent. */
export class SpooledMail {
  readonly envelope: PickupEnvelope;
  /** Message-ID with its angle brackets; empty when the mail has none. */
  readonly messageId: string;
  /** Names of the fields that its recipients stand in, as people write them. */
  readonly recipientFields: readonly string[];
  /** Octets that are sent on. */
  readonly size: number;
  /** Whether bytes beyond ASCII are among them. */
  readonly eightBit: boolean;
  /** Whether UTF-8 beyond ASCII is in the header of what is sent on. */
  readonly utf8Header: boolean;
  readonly #read: () => AsyncIterable<Buffer>;
  readonly #beginning: Buffer;
  #redactor: MailRedactor | undefined;

  private constructor(
    { envelope, messageId, recipientFields, utf8Header }: HeaderFacts,
    facts: { size: number; eightBit: boolean; beginning: Buffer },
    read: () => AsyncIterable<Buffer>,
  ) {
    this.envelope = envelope;
    this.messageId = messageId;
    this.recipientFields = recipientFields;
    this.utf8Header = utf8Header;
    this.size = facts.size;
    this.eightBit = facts.eightBit;
    this.#beginning = facts.beginning;
    this.#read = read;
  }

  /**
   * Reads the header of an open file, and of a small file everything.
   *
   * @param size octets of the file; what is written behind them later is never read
   * @throws {@link UnreadableMailError} when this is no mail that can be sent
   */
  static async open(file: OpenFile, size: number, options: SpooledMailOptions): Promise<SpooledMail> {
    if (size > LARGEST) throw new UnreadableMailError(`It is larger than ${LARGEST_GIB} GiB.`);
    const { bytes, header } = await readHead(file, size);
    const head = Buffer.concat(travellingRanges(header).map(({ start, end }) => bytes.subarray(start, end)));
    checkEncoding(bytes, header);
    const facts: HeaderFacts = {
      envelope: pickupEnvelope(bytes, header),
      messageId: messageIdOf(bytes, header),
      recipientFields: recipientFieldNames(header),
      utf8Header: !isAscii(head),
    };
    if (size > IN_MEMORY) {
      const pieces = (): AsyncIterable<Buffer> =>
        travelling({ file, start: header.end, end: size }, head, options);
      return new SpooledMail(facts, await factsOf(pieces()), pieces);
    }
    const plain = Buffer.concat([head, bytes.subarray(header.end)]);
    const whole = options.undoDotStuffing ? new DotUnstuffer().next(plain) : plain;
    const content = { size: whole.length, eightBit: !isAscii(whole), beginning: whole };
    return new SpooledMail(facts, content, async function* () {
      yield whole;
    });
  }

  /** Hides in what a server has said whatever it can only have out of the first MiB of this mail. */
  redact(reply: string): string {
    // Nearly every mail ends with a reply that takes it, which a relay shows to nobody.
    if (reply.startsWith('2')) return reply;
    const { from, to } = this.envelope;
    this.#redactor ??= new MailRedactor({
      secrets: [],
      texts: () => readableTexts(this.#beginning),
      mayHold: () => true,
      shown: () => [from, ...to, this.messageId],
    });
    return this.#redactor.redact(reply);
  }

  /** What is sent on, in pieces; can be read again. */
  chunks(): AsyncIterable<Buffer> {
    return this.#read();
  }
}

/** A digest of all octets of a file; its name and its times do not matter. */
export async function fingerprintOf(file: OpenFile): Promise<string> {
  const hash = createHash('sha256');
  const { size } = await file.stat({ bigint: true });
  for await (const chunk of readPart({ file, start: 0, end: Number(size) })) hash.update(chunk);
  return hash.digest('hex');
}

/** A part of a file; its end is fixed, because somebody may write to the file faster than it is read. */
interface FilePart {
  readonly file: OpenFile;
  readonly start: number;
  readonly end: number;
}

async function* readPart({ file, start, end }: FilePart): AsyncGenerator<Buffer> {
  for (let position = start; position < end;) {
    const length = Math.min(CHUNK, end - position);
    const buffer = Buffer.allocUnsafe(length);
    const { bytesRead } = await file.read(buffer, 0, length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function* travelling(
  body: FilePart,
  head: Buffer,
  { undoDotStuffing }: SpooledMailOptions,
): AsyncGenerator<Buffer> {
  const unstuffer = new DotUnstuffer();
  const ready = (chunk: Buffer): Buffer => (undoDotStuffing ? unstuffer.next(chunk) : chunk);
  yield ready(head);
  for await (const chunk of readPart(body)) yield ready(chunk);
}

async function factsOf(
  pieces: AsyncIterable<Buffer>,
): Promise<{ size: number; eightBit: boolean; beginning: Buffer }> {
  const first: Buffer[] = [];
  let size = 0;
  let eightBit = false;
  for await (const piece of pieces) {
    if (size < IN_MEMORY) first.push(piece);
    size += piece.length;
    eightBit ||= !isAscii(piece);
  }
  return { size, eightBit, beginning: Buffer.concat(first, Math.min(size, IN_MEMORY)) };
}

/** Beyond ASCII a header may hold UTF-8 (RFC 6532) and nothing else: what other octets mean nobody can tell. */
function checkEncoding(bytes: Buffer, { fields, start, end }: MailHeader): void {
  if (isUtf8(bytes.subarray(start, end))) return;
  const field = fields.find(one => !isUtf8(bytes.subarray(one.start, one.end)));
  const name = field ? bytes.toString('latin1', field.start, field.start + field.name.length) : '';
  throw new UnreadableMailError(
    `Its ${name} header holds octets that are neither ASCII nor UTF-8; write it in UTF-8, or in encoded words (RFC 2047).`,
  );
}

function messageIdOf(bytes: Buffer, header: MailHeader): string {
  const field = header.fields.find(({ name }) => name === 'message-id');
  const value = field === undefined ? '' : headerValue(bytes, field);
  return /^<[!-;=?-~]{1,900}>$/.test(value) ? value : '';
}
