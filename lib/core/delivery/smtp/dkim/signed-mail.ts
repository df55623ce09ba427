import { Readable } from 'node:stream';
import type { AsciiHead, ComposedMail, MailEnvelope, UnendedContent } from '../../../mime/composed-mail.js';
import { redactorOf } from '../../../mime/redact-for.js';

/** The same mail with signatures before its header. */
export class SignedMail implements ComposedMail {
  readonly asciiHead?: AsciiHead;
  readonly #unsigned: ComposedMail;
  readonly #signatures: Buffer;
  readonly #content: Buffer | undefined;

  /**
   * @param content what was signed, where it is in memory; undefined reads the mail again
   * @param asciiSignatures the signatures of the mail with its ASCII header, where it has one
   */
  constructor(
    unsigned: ComposedMail,
    signatures: Buffer,
    content: Buffer | undefined,
    asciiSignatures: Buffer | undefined,
  ) {
    this.#unsigned = unsigned;
    this.#signatures = signatures;
    this.#content = content;
    const { asciiHead } = unsigned;
    // Another header has another signature.
    if (asciiHead && asciiSignatures)
      this.asciiHead = {
        bytes: Buffer.concat([asciiSignatures, asciiHead.bytes]),
        replaces: signatures.length + asciiHead.replaces,
      };
  }

  get envelope(): MailEnvelope {
    return this.#unsigned.envelope;
  }

  get messageId(): string {
    return this.#unsigned.messageId;
  }

  get size(): number | undefined {
    const size = this.#content?.length ?? this.#unsigned.size;
    return size === undefined ? undefined : this.#signatures.length + size;
  }

  get eightBit(): boolean {
    return this.#unsigned.eightBit ?? false;
  }

  get utf8Header(): boolean {
    return this.#unsigned.utf8Header ?? false;
  }

  get secrets(): readonly string[] {
    return this.#unsigned.secrets ?? [];
  }

  redact(reply: string): string {
    return redactorOf(this.#unsigned)(reply);
  }

  get unended(): UnendedContent | undefined {
    const { unended } = this.#unsigned;
    return (
      unended && {
        bytes: async () => this.#signed(this.#content ?? (await unended.bytes())),
        stream: () => this.#streamed(this.#content ? [this.#content] : unended.stream()),
        ...(unended.turn && { turn: unended.turn }),
        mayEnd: () => unended.mayEnd(),
      }
    );
  }

  async bytes(): Promise<Buffer> {
    if (!this.#content) return this.#signed(await this.#unsigned.bytes());
    await this.#unsigned.unended?.mayEnd();
    return this.#signed(this.#content);
  }

  stream(): Readable {
    return this.#content
      ? this.#streamed(this.#held(this.#content))
      : this.#streamed(this.#unsigned.stream());
  }

  #signed(content: Buffer): Buffer {
    return Buffer.concat([this.#signatures, content]);
  }

  #streamed(content: Iterable<Buffer> | AsyncIterable<Buffer>): Readable {
    return Readable.from(withLead(this.#signatures, content), { objectMode: false });
  }

  async *#held(content: Buffer): AsyncGenerator<Buffer> {
    await this.#unsigned.unended?.mayEnd();
    yield content;
  }
}

async function* withLead(
  lead: Buffer,
  content: Iterable<Buffer> | AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  yield lead;
  yield* content;
}
