import { Readable } from 'node:stream';
import type { AsciiHead, ComposedMail, MailEnvelope } from '../../message/composed-mail.js';

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

  async bytes(): Promise<Buffer> {
    const whole = await this.#whole.bytes();
    return Buffer.concat([this.#head.bytes, whole.subarray(this.#head.replaces)]);
  }

  stream(): Readable {
    return Readable.from(this.#pieces(), { objectMode: false });
  }

  async *#pieces(): AsyncGenerator<Buffer> {
    yield this.#head.bytes;
    let left = this.#head.replaces;
    for await (const chunk of this.#whole.stream() as AsyncIterable<Buffer>) {
      if (chunk.length > left) yield chunk.subarray(left);
      left = Math.max(0, left - chunk.length);
    }
  }
}
