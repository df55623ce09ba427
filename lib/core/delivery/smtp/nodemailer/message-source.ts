import { Readable } from 'node:stream';
import type { ComposedMail, UnendedContent } from '../../../mime/composed-mail.js';
import { MimeMail } from '../../../mime/mime-mail.js';
import { BufferedMessage } from './buffered-message.js';
import { LARGEST_COPIED } from './mail-connection.js';
import { StraightMessage } from './straight-message.js';

/** Octets up to which a message is sent from one buffer; larger ones and streams are read piece by piece. */
const LARGEST_BUFFERED = 4 * 1024 * 1024;

/** Reads a message for nodemailer, which rewrites the errors of the stream; {@link failure} keeps the original one. */
export class MessageSource {
  readonly #mail: ComposedMail;
  readonly #whileHeld: (wait: () => Promise<void>) => Promise<void>;
  /** Why the message could not be read, or must not be completed; undefined when neither is so. */
  failure: unknown;

  /** @param whileHeld runs the wait for other mails, of a message of which all but the end has left */
  constructor(mail: ComposedMail, whileHeld: (wait: () => Promise<void>) => Promise<void>) {
    this.#mail = mail;
    this.#whileHeld = whileHeld;
  }

  /** The message as a stream for nodemailer. */
  async content(): Promise<Readable> {
    const { size, unended } = this.#mail;
    if (size === undefined || size > LARGEST_COPIED) {
      const pieces = MimeMail.forSocket(this.#mail);
      if (pieces) return new StraightMessage(pieces(), error => this.#failed(error));
    }
    if (size === undefined || size > LARGEST_BUFFERED)
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

  /** Rejects with an error for nodemailer; the original one is kept. */
  async #mayEndOrFail(unended: UnendedContent): Promise<void> {
    await this.#mayEnd(unended).catch((error: unknown) => {
      throw this.#failed(error);
    });
  }

  async #mayEnd(unended: UnendedContent): Promise<void> {
    const { turn } = unended;
    if (!turn) return this.#whileHeld(() => unended.mayEnd());
    await this.#whileHeld(turn);
    // Now no other mail can end before it, and its connection is not given up any more.
    await unended.mayEnd();
  }

  #failed(error: unknown): Error {
    this.failure = error;
    return new Error('The message could not be read', { cause: error });
  }
}
