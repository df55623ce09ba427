import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { connect } from 'node:tls';

const LARGEST_REPLY = 64 * 1024;

/** One reply of a server (RFC 5321 4.2). */
export interface SmtpReply {
  readonly code: number;
  /** Its lines, without code and line ends. */
  readonly lines: readonly string[];
}

/** The server has not answered as SMTP servers do. */
export class SmtpProbeError extends Error {
  override readonly name = 'DialogueError';
  /** Whether it said anything. */
  readonly silent: boolean;

  constructor(message: string, silent = false) {
    super(message);
    this.silent = silent;
  }
}

/** A short talk with a mail server, to hear what it says of itself. It never carries credentials or a message. */
export class SmtpProbe {
  #socket: Socket;
  readonly #signal: AbortSignal;
  #unread = '';
  #ended: string | undefined;
  #wake: () => void = () => {};
  readonly #onData = (chunk: Buffer): void => {
    this.#unread += chunk.toString('latin1');
    this.#wake();
  };
  readonly #onEnd = (): void => this.#end('the server closed the connection');
  readonly #onError = (error: Error): void => this.#end(error.message);

  /** @param signal ends every wait */
  constructor(socket: Socket, signal: AbortSignal) {
    this.#socket = socket;
    this.#signal = signal;
    this.#listen();
  }

  /**
   * Waits for one whole reply.
   *
   * @throws {@link DialogueError} when none comes
   */
  async reply(): Promise<SmtpReply> {
    const lines: string[] = [];
    for (;;) {
      const line = await this.#line();
      const [, code = '', more = '', text = ''] = /^(\d{3})([ -]?)(.*)$/s.exec(line) ?? [];
      if (code === '') throw new SmtpProbeError(`it said what is no SMTP reply: ${line.slice(0, 200)}`);
      lines.push(Buffer.from(text, 'latin1').toString('utf8'));
      if (more !== '-') return { code: Number(code), lines };
    }
  }

  /** Says a line and waits for its reply. Throws as {@link reply} does. */
  async say(line: string): Promise<SmtpReply> {
    this.#socket.write(`${line}\r\n`);
    return this.reply();
  }

  /**
   * Starts TLS over the connection. The certificate is not judged: it is to be looked at.
   *
   * @param servername name for SNI (RFC 6066); undefined for an IP address
   * @param authorities certificates (PEM) of those that the server is trusted by. @default those that Node.js knows
   * @throws the error of the handshake, or {@link SmtpProbeError}
   */
  async secure(servername: string | undefined, authorities?: readonly string[]): Promise<TLSSocket> {
    const plain = this.#socket;
    plain.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onEnd);
    plain.off('error', this.#onError);
    this.#unread = '';
    const secured = connect({
      socket: plain,
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      minVersion: 'TLSv1.2',
      ...(servername !== undefined && { servername }),
      ...(authorities && { ca: [...authorities] }),
    });
    // The socket below tells of its errors too.
    plain.on('error', () => {});
    this.#socket = secured;
    await new Promise<void>((resolve, reject) => {
      const giveUp = (): void => reject(new SmtpProbeError('the TLS handshake was not answered', true));
      const onClose = (): void =>
        reject(new SmtpProbeError('the server closed the connection in the TLS handshake'));
      this.#signal.addEventListener('abort', giveUp, { once: true });
      secured.once('secureConnect', resolve).once('error', reject).once('close', onClose);
      if (this.#signal.aborted) giveUp();
    });
    this.#listen();
    return secured;
  }

  /** Says goodbye without waiting for an answer. */
  close(): void {
    if (this.#socket.writable && this.#ended === undefined) this.#socket.end('QUIT\r\n');
    this.#socket.destroySoon();
  }

  /** Cuts the connection. */
  destroy(): void {
    this.#socket.destroy();
  }

  #listen(): void {
    this.#socket.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onEnd);
    this.#socket.on('error', this.#onError);
  }

  async #line(): Promise<string> {
    for (;;) {
      const at = this.#unread.indexOf('\n');
      if (at >= 0) {
        const line = this.#unread.slice(0, at).replace(/\r$/, '');
        this.#unread = this.#unread.slice(at + 1);
        return line;
      }
      const silent = this.#unread === '';
      if (this.#unread.length > LARGEST_REPLY) throw new SmtpProbeError('its reply has no end');
      if (this.#ended !== undefined) throw new SmtpProbeError(this.#ended);
      if (this.#signal.aborted)
        throw new SmtpProbeError(
          silent ? 'it said nothing in time' : `its reply did not end: ${this.#unread.slice(0, 200)}`,
          silent,
        );
      await this.#change();
    }
  }

  #change(): Promise<void> {
    return new Promise(resolve => {
      const done = (): void => {
        this.#signal.removeEventListener('abort', done);
        resolve();
      };
      this.#wake = done;
      this.#signal.addEventListener('abort', done, { once: true });
    });
  }

  #end(reason: string): void {
    this.#ended ??= reason;
    this.#wake();
  }
}
