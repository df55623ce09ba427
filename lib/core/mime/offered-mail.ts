import type { Readable } from 'node:stream';
import { CarriedFacts } from './carried-facts.js';
import type { AsciiHead, ComposedMail, MailEnvelope } from './composed-mail.js';
import { redactorOf } from './redact-for.js';

/**
 * A mail as code of the application may look at it: its fields cannot be changed, and its bytes are a copy. Whoever is to get the
 * mail has been decided, so writing into its envelope must not add a recipient.
 */
export class OfferedMail extends CarriedFacts implements ComposedMail {
  readonly envelope: MailEnvelope;
  readonly size?: number;
  readonly eightBit: boolean;
  readonly utf8Header: boolean;
  readonly asciiHead?: AsciiHead;
  readonly #whole: ComposedMail;

  constructor(whole: ComposedMail) {
    super(whole);
    const { envelope, size, asciiHead } = whole;
    const { dsn } = envelope;
    this.#whole = whole;
    this.envelope = Object.freeze({
      from: envelope.from,
      to: Object.freeze([...envelope.to]),
      ...(dsn && { dsn: Object.freeze({ ...dsn, notify: Object.freeze([...dsn.notify]) }) }),
    });
    this.eightBit = whole.eightBit ?? false;
    this.utf8Header = whole.utf8Header ?? false;
    if (size !== undefined) this.size = size;
    if (asciiHead) this.asciiHead = { ...asciiHead, bytes: Buffer.from(asciiHead.bytes) };
    Object.freeze(this);
  }

  /** Not a field of the object: mails get printed. */
  get secrets(): readonly string[] {
    return [...(this.#whole.secrets ?? [])];
  }

  redact(reply: string): string {
    return redactorOf(this.#whole)(reply);
  }

  async bytes(): Promise<Buffer> {
    return Buffer.from(await this.#whole.bytes());
  }

  stream(): Readable {
    return this.#whole.stream();
  }
}
