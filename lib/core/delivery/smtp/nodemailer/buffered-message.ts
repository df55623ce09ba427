import { Readable, Transform } from 'node:stream';

const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;
const FINAL_DOT = Buffer.from('.\r\n');
/** Up to here it costs less to copy a message than to write twice. */
const COPIED = 64 * 1024;

/**
 * A message in memory that leaves as it is, with the final dot behind it. nodemailer pipes what it sends through a
 * transform that looks at every octet, to stuff dots and to mend line ends (RFC 5321 4.5.2, 2.3.8); a message that needs
 * neither goes past that. Any other one is a stream like all others.
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
    this.#inTime(
      () => this.push(this.#message),
      () => this.push(null),
    );
  }

  override pipe<T extends NodeJS.WritableStream>(destination: T, options?: { end?: boolean }): T {
    if (!(destination instanceof Transform) || !isReadyToSend(this.#message))
      return super.pipe(destination, options);
    const copied = this.#message.length <= COPIED;
    this.#inTime(
      () => copied || destination.push(this.#message),
      () => {
        destination.push(copied ? Buffer.concat([this.#message, FINAL_DOT]) : FINAL_DOT);
        destination.push(null);
      },
    );
    return destination;
  }

  /** What is larger is on its way while it waits; what is small leaves with its end. */
  #inTime(begin: () => unknown, end: () => unknown): void {
    begin();
    if (!this.#mayEnd) return void end();
    this.#mayEnd().then(
      // A connection that is gone has destroyed what was to leave on it.
      () => this.destroyed || end(),
      (error: Error) => this.destroy(error),
    );
  }
}

/** Whether all lines end with CRLF, the last one too, and none begins with a dot. */
function isReadyToSend(message: Buffer): boolean {
  const { length } = message;
  if (length < 2 || message[0] === DOT || message[length - 1] !== LF) return false;
  for (let index = 0; index < length; index++) {
    const octet = message[index] ?? 0;
    if (octet > CR) continue;
    if (octet === CR) {
      if (message[index + 1] !== LF || message[index + 2] === DOT) return false;
      index++;
    } else if (octet === LF) return false;
  }
  return true;
}
