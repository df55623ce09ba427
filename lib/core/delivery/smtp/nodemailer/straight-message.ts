import type { Socket } from 'node:net';
import { Readable, Transform } from 'node:stream';

const FINAL_DOT = Buffer.from('.\r\n');

/**
 * A message that can be sent as it is, read while it is sent. nodemailer pipes what it sends through a transform that looks at every
 * octet; this one is written to the socket instead, a piece at a time, and only its final dot goes behind that transform.
 */
export class StraightMessage extends Readable {
  readonly #socket: () => Socket | undefined;
  readonly #pieces: AsyncGenerator<Buffer>;
  readonly #failed: (error: unknown) => Error;

  /**
   * @param socket the socket of the connection that sends it
   * @param pieces of the message; the memory of one may be used for the next
   * @param failed is told why it could not be read, and says what nodemailer is told
   */
  constructor(
    socket: () => Socket | undefined,
    pieces: AsyncGenerator<Buffer>,
    failed: (error: unknown) => Error,
  ) {
    super();
    this.#socket = socket;
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
    const socket = this.#socket();
    if (!(destination instanceof Transform) || !socket) return super.pipe(destination, options);
    this.#send(socket).then(
      whole => {
        if (!whole) return;
        destination.push(FINAL_DOT);
        destination.push(null);
      },
      (error: unknown) => this.destroy(this.#failed(error)),
    );
    return destination;
  }

  /** Tells whether all of it was written; it is not when the connection has ended before. */
  async #send(socket: Socket): Promise<boolean> {
    for await (const piece of this.#pieces) {
      // nodemailer destroys the stream when the connection is gone, and tells why.
      if (this.destroyed || !(await written(socket, piece))) return false;
    }
    return !this.destroyed && socket.writable;
  }
}

/** Resolves when the bytes are the system's, so that their memory can be used again; to false when they cannot be written. */
function written(socket: Socket, bytes: Buffer): Promise<boolean> {
  // Where the server has ended the connection, a write would be an error besides.
  if (!socket.writable) return Promise.resolve(false);
  return new Promise(resolve => void socket.write(bytes, error => resolve(!error)));
}
