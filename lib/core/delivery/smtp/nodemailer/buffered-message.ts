import { Readable, Transform } from 'node:stream';
import { isReadyToSend } from '../../../mime/ready-to-send.js';

const FINAL_DOT = Buffer.from('.\r\n');
/** Octets up to which copying a message costs less than writing to the socket twice. */
export const LARGEST_COPIED = 64 * 1024;

/**
 * A message in memory. nodemailer pipes what it sends through a transform that looks at every octet, to stuff dots and to
 * correct line ends (RFC 5321 4.5.2, 2.3.8). A message that needs neither is written behind that transform, with the final
 * dot; any other one is read as a stream.
 */
export class BufferedMessage extends Readable {
  readonly #message: Buffer;
  readonly #mayEnd: (() => Promise<void>) | undefined;
  #read = false;

  /** @param mayEnd resolves when the end of the message may leave; when it rejects, the end never leaves */
  constructor(message: Buffer, mayEnd?: () => Promise<void>) {
    super();
    this.#message = message;
    this.#mayEnd = mayEnd;
  }

  override _read(): void {
    if (this.#read) return;
    this.#read = true;
    this.#write(
      () => this.push(this.#message),
      () => this.push(null),
    );
  }

  override pipe<T extends NodeJS.WritableStream>(destination: T, options?: { end?: boolean }): T {
    if (!(destination instanceof Transform) || !isReadyToSend(this.#message))
      return super.pipe(destination, options);
    const copied = this.#message.length <= LARGEST_COPIED;
    this.#write(
      () => copied || destination.push(this.#message),
      () => {
        destination.push(copied ? Buffer.concat([this.#message, FINAL_DOT]) : FINAL_DOT);
        destination.push(null);
      },
    );
    return destination;
  }

  /** Writes the beginning at once and the end as soon as it may leave; a small message is written with its end. */
  #write(begin: () => unknown, end: () => unknown): void {
    begin();
    if (!this.#mayEnd) return void end();
    this.#mayEnd().then(
      // nodemailer destroys the stream when the connection is gone.
      () => this.destroyed || end(),
      (error: Error) => this.destroy(error),
    );
  }
}
