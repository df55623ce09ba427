import { Readable } from 'node:stream';
import type { SelfWriting } from './mail-connection.js';
import { SocketEnd } from './mail-connection.js';

/** A message that can be sent as it is, read while it is sent, a piece at a time. */
export class StraightMessage extends Readable implements SelfWriting {
  readonly ready = true;
  readonly #pieces: AsyncGenerator<Buffer>;
  readonly #failed: (error: unknown) => Error;

  /**
   * @param pieces of the message; the memory of one may be used for the next
   * @param failed is told why it could not be read, and says what nodemailer is told
   */
  constructor(pieces: AsyncGenerator<Buffer>, failed: (error: unknown) => Error) {
    super();
    this.#pieces = pieces;
    this.#failed = failed;
  }

  override _read(): void {
    this.#pieces.next().then(
      // Copied: whoever reads it as a stream may have several pieces at a time.
      ({ done, value }) => this.push(done ? null : Buffer.from(value)),
      (error: unknown) => this.destroy(this.#failed(error)),
    );
  }

  override pipe<T extends NodeJS.WritableStream>(destination: T, options?: { end?: boolean }): T {
    if (!(destination instanceof SocketEnd)) return super.pipe(destination, options);
    this.#writeTo(destination).catch((error: unknown) => this.destroy(this.#failed(error)));
    return destination;
  }

  async #writeTo(end: SocketEnd): Promise<void> {
    for await (const piece of this.#pieces) {
      // nodemailer destroys the stream when the connection is gone, and tells why.
      if (this.destroyed || !(await end.write(piece))) return;
    }
    if (!this.destroyed) end.end();
  }
}
