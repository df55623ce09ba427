import type { Readable } from 'node:stream';
import type { AsciiHead, ComposedMail, MailEnvelope, UnendedContent } from './composed-mail.js';
import { redactorOf } from './redact-for.js';

/** The same mail, Message-ID and bytes included, for some of its recipients only. */
export class NarrowedMail implements ComposedMail {
  readonly envelope: MailEnvelope;
  readonly messageId: string;
  readonly partial = true;
  readonly #whole: ComposedMail;

  /** @param recipients those of its envelope that it is still for */
  constructor(whole: ComposedMail, recipients: readonly string[]) {
    this.#whole = whole;
    this.messageId = whole.messageId;
    this.envelope = { ...whole.envelope, to: recipients };
  }

  get template(): string | undefined {
    return this.#whole.template;
  }

  get culture(): string | undefined {
    return this.#whole.culture;
  }

  get size(): number | undefined {
    return this.#whole.size;
  }

  get eightBit(): boolean {
    return this.#whole.eightBit ?? false;
  }

  get utf8Header(): boolean {
    return this.#whole.utf8Header ?? false;
  }

  get bcc(): readonly string[] {
    const to = new Set(this.envelope.to);
    return (this.#whole.bcc ?? []).filter(address => to.has(address));
  }

  get headerSender(): string | undefined {
    return this.#whole.headerSender;
  }

  get spent(): boolean {
    return this.#whole.spent ?? false;
  }

  get secrets(): readonly string[] {
    return this.#whole.secrets ?? [];
  }

  redact(reply: string): string {
    return redactorOf(this.#whole)(reply);
  }

  get asciiHead(): AsciiHead | undefined {
    return this.#whole.asciiHead;
  }

  get unended(): UnendedContent | undefined {
    return this.#whole.unended;
  }

  bytes(): Promise<Buffer> {
    return this.#whole.bytes();
  }

  stream(): Readable {
    return this.#whole.stream();
  }
}
