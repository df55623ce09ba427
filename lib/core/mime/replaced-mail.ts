import { isAscii } from 'node:buffer';
import { Readable } from 'node:stream';
import { MailRedactor } from '../redaction/mail-redactor.js';
import { CarriedFacts } from './carried-facts.js';
import type { AsciiHead, ComposedMail, MailEnvelope } from './composed-mail.js';
import { readableTexts } from './readable-texts.js';
import { redactorOf } from './redact-for.js';

const END_OF_HEADER = '\r\n\r\n';

/** The same mail, envelope and Message-ID included, with other bytes. */
export class ReplacedMail extends CarriedFacts implements ComposedMail {
  readonly envelope: MailEnvelope;
  readonly size: number;
  readonly eightBit: boolean;
  readonly utf8Header: boolean;
  readonly asciiHead?: AsciiHead;
  readonly #bytes: Buffer;
  readonly #before: ComposedMail;
  #redactor: MailRedactor | undefined;

  /**
   * @param before the mail as it was
   * @param bytes all of it as it is now
   * @param asciiHead replaces its header for a server without SMTPUTF8. @default such a server does not get it when its header is not ASCII
   */
  constructor(before: ComposedMail, bytes: Buffer, asciiHead?: AsciiHead) {
    super(before);
    this.envelope = before.envelope;
    if (asciiHead) this.asciiHead = asciiHead;
    this.#before = before;
    this.#bytes = bytes;
    this.size = bytes.length;
    const end = bytes.indexOf(END_OF_HEADER);
    const head = end < 0 ? bytes.length : end;
    this.utf8Header = asciiHead === undefined && !isAscii(bytes.subarray(0, head));
    this.eightBit = !isAscii(this.utf8Header ? bytes : bytes.subarray(head));
  }

  /** Not a field of the object: mails get printed. */
  get secrets(): readonly string[] {
    return this.#before.secrets ?? [];
  }

  /** Hides what stood in the mail as it was too: a server may have opened what was put into an envelope of its own. */
  redact(reply: string): string {
    this.#redactor ??= new MailRedactor({
      secrets: this.secrets,
      texts: () => readableTexts(this.#bytes),
      // How others write a text, a look at its bytes does not tell.
      mayHold: () => true,
      shown: () => [this.envelope.from, ...this.envelope.to, this.messageId],
    });
    return this.#redactor.redact(redactorOf(this.#before)(reply));
  }

  async bytes(): Promise<Buffer> {
    return this.#bytes;
  }

  stream(): Readable {
    return Readable.from([this.#bytes], { objectMode: false });
  }
}
