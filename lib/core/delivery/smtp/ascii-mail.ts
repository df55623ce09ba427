import { Readable } from 'node:stream';
import type { AsciiHead, ComposedMail, MailEnvelope, UnendedContent } from '../../mime/composed-mail.js';

/** A mail with its other header, for servers that take no addresses beyond ASCII in it (RFC 6531 3.7.1). */
export class AsciiMail implements ComposedMail {
  readonly #whole: ComposedMail;
  readonly #head: AsciiHead;

  constructor(whole: ComposedMail, head: AsciiHead) {
    this.#whole = whole;
    this.#head = head;
  }

  get envelope(): MailEnvelope {
    return this.#whole.envelope;
  }

  get messageId(): string {
    return this.#whole.messageId;
  }

  get size(): number | undefined {
    const { size } = this.#whole;
    return size === undefined ? undefined : size - this.#head.replaces + this.#head.bytes.length;
  }

  get eightBit(): boolean {
    return this.#whole.eightBit ?? false;
  }

  get unended(): UnendedContent | undefined {
    const { unended } = this.#whole;
    return (
      unended && {
        bytes: () => this.#changed(unended.bytes()),
        stream: () => this.#changing(unended.stream()),
        ...(unended.turn && { turn: unended.turn }),
        mayEnd: () => unended.mayEnd(),
      }
    );
  }

  bytes(): Promise<Buffer> {
    return this.#changed(this.#whole.bytes());
  }

  stream(): Readable {
    return this.#changing(this.#whole.stream());
  }

  async #changed(reading: Promise<Buffer>): Promise<Buffer> {
    const whole = await reading;
    return Buffer.concat([this.#head.bytes, whole.subarray(this.#head.replaces)]);
  }

  #changing(whole: Readable): Readable {
    return Readable.from(this.#pieces(whole), { objectMode: false });
  }

  async *#pieces(whole: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    yield this.#head.bytes;
    let left = this.#head.replaces;
    for await (const chunk of whole) {
      if (chunk.length > left) yield chunk.subarray(left);
      left = Math.max(0, left - chunk.length);
    }
  }
}
