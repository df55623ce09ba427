import { Readable } from 'node:stream';
import { isReadyToSend } from '../../../mime/ready-to-send.js';
import type { SelfWriting } from './mail-connection.js';
import { LARGEST_COPIED, SocketEnd } from './mail-connection.js';

/** A message in memory. */
export class BufferedMessage extends Readable implements SelfWriting {
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

  get ready(): boolean {
    return (this.#ready ??= isReadyToSend(this.#message));
  }

  override _read(): void {
    if (this.#read) return;
    this.#read = true;
    this.push(this.#message);
    this.#whenItMayEnd(() => this.push(null));
  }

  override pipe<T extends NodeJS.WritableStream>(destination: T, options?: { end?: boolean }): T {
    if (!(destination instanceof SocketEnd)) return super.pipe(destination, options);
    // Of what is held back a small message leaves with its end, a large one as far as it may.
    const isBegun = this.#mayEnd !== undefined && this.#message.length > LARGEST_COPIED;
    if (isBegun) void destination.write(this.#message);
    this.#whenItMayEnd(() => destination.end(isBegun ? undefined : this.#message));
    return destination;
  }

  #whenItMayEnd(end: () => unknown): void {
    if (!this.#mayEnd) return void end();
    this.#mayEnd().then(
      // nodemailer destroys the stream when the connection is gone.
      () => this.destroyed || end(),
      (error: Error) => this.destroy(error),
    );
  }
}
