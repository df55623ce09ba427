import { Readable } from 'node:stream';
import type { ComposedMail } from '../../message/composed-mail.js';
import { MessageInOnePiece } from './message-in-one-piece.js';

/** Messages up to this size go out in one piece; only larger ones and streams need a pipeline. */
const IN_ONE_PIECE = 4 * 1024 * 1024;

/** Reads a message for nodemailer, which changes the errors that it sees; the true one is kept. */
export class MessageSource {
  readonly #mail: ComposedMail;
  /** Why the message could not be read; undefined when it could. */
  failure: unknown;

  constructor(mail: ComposedMail) {
    this.#mail = mail;
  }

  /** The message, ready to be handed over. */
  async content(): Promise<Readable> {
    const { size } = this.#mail;
    if (size !== undefined && size <= IN_ONE_PIECE) return new MessageInOnePiece(await this.#mail.bytes());
    return Readable.from(this.#chunks(), { objectMode: false });
  }

  async *#chunks(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of this.#mail.stream()) yield chunk as Buffer;
    } catch (error) {
      this.failure = error;
      throw new Error('The message could not be read', { cause: error });
    }
  }
}
