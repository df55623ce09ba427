import { Readable, Transform } from 'node:stream';
import { isReadyToSend } from '../../../mime/ready-to-send.js';
import { SocketEnd } from './mail-connection.js';

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
  #ready: boolean | undefined;
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

  /** Whether it can be sent as it is. */
  get ready(): boolean {
    return (this.#ready ??= isReadyToSend(this.#message));
  }

  override pipe<T extends NodeJS.WritableStream>(destination: T, options?: { end?: boolean }): T {
    if (destination instanceof SocketEnd) this.#writeTo(destination);
    else if (destination instanceof Transform && this.ready) this.#pushInto(destination);
    else return super.pipe(destination, options);
    return destination;
  }

  #writeTo(end: SocketEnd): void {
    const copied = this.#message.length <= LARGEST_COPIED;
    // What is held back is sent with its end where it is small, and else as far as it may.
    if (copied || !this.#mayEnd)
      this.#write(
        () => {},
        () =>
          end.write(copied ? [Buffer.concat([this.#message, FINAL_DOT])] : [this.#message, FINAL_DOT], true),
      );
    else
      this.#write(
        () => end.write([this.#message], false),
        () => end.write([FINAL_DOT], true),
      );
  }

  #pushInto(transform: Transform): void {
    const copied = this.#message.length <= LARGEST_COPIED;
    this.#write(
      () => copied || transform.push(this.#message),
      () => {
        transform.push(copied ? Buffer.concat([this.#message, FINAL_DOT]) : FINAL_DOT);
        transform.push(null);
      },
    );
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
