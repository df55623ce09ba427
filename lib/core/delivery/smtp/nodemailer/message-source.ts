import { Readable } from 'node:stream';
import type { ComposedMail, UnendedContent } from '../../../mime/composed-mail.js';
import { BufferedMessage } from './buffered-message.js';

/** Messages up to this size go out in one piece; only larger ones and streams need a pipeline. */
const IN_ONE_PIECE = 4 * 1024 * 1024;

/** Reads a message for nodemailer, which changes the errors that it sees; the true one is kept. */
export class MessageSource {
  readonly #mail: ComposedMail;
  readonly #whileHeld: (wait: () => Promise<void>) => Promise<void>;
  /** Why the message could not be read or must not end; undefined when it could and may. */
  failure: unknown;

  /** @param whileHeld is given the wait for the moment at which a message may end that is under way */
  constructor(mail: ComposedMail, whileHeld: (wait: () => Promise<void>) => Promise<void>) {
    this.#mail = mail;
    this.#whileHeld = whileHeld;
  }

  /** The message, ready to be handed over. */
  async content(): Promise<Readable> {
    const { size, unended } = this.#mail;
    if (size === undefined || size > IN_ONE_PIECE)
      return Readable.from(this.#chunks(), { objectMode: false });
    if (!unended) return new BufferedMessage(await this.#mail.bytes());
    return new BufferedMessage(await unended.bytes(), () => this.#mayEndOrFail(unended));
  }

  async *#chunks(): AsyncGenerator<Buffer> {
    const { unended } = this.#mail;
    try {
      for await (const chunk of (unended ?? this.#mail).stream()) yield chunk as Buffer;
      if (unended) await this.#mayEnd(unended);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** Rejects with what nodemailer may see. */
  async #mayEndOrFail(unended: UnendedContent): Promise<void> {
    await this.#mayEnd(unended).catch((error: unknown) => {
      throw this.#failed(error);
    });
  }

  #mayEnd(unended: UnendedContent): Promise<void> {
    return this.#whileHeld(() => unended.mayEnd());
  }

  #failed(error: unknown): Error {
    this.failure = error;
    return new Error('The message could not be read', { cause: error });
  }
}
