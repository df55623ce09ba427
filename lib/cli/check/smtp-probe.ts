import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { connect } from 'node:tls';
import { onAbort } from '../../core/concurrency/on-abort.js';

const LARGEST_REPLY = 64 * 1024;

/** One reply of a server (RFC 5321 4.2). */
export interface SmtpReply {
  readonly code: number;
  /** Its lines, without code and line ends. */
  readonly lines: readonly string[];
}

/** What a server says in its reply to EHLO that it can do. */
export interface SmtpOffer {
  readonly startTls: boolean;
  /** AUTH mechanisms, in capitals. */
  readonly mechanisms: readonly string[];
  /** Octets of the largest mail (RFC 1870); 0: no fixed limit; undefined: it does not say. */
  readonly size?: number;
  /** Keywords of all extensions. */
  readonly extensions: readonly string[];
}

/** The server has not answered as SMTP servers do. */
export class SmtpProbeError extends Error {
  override readonly name = 'SmtpProbeError';
  /** Whether the server said nothing at all. */
  readonly silent: boolean;

  constructor(message: string, silent = false) {
    super(message);
    this.silent = silent;
  }
}

/** A connection to a mail server that asks what the server offers. It never carries credentials or a message. */
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

  /** Own address of the connection; undefined when it is gone. */
  get localAddress(): string | undefined {
    return this.#socket.localAddress;
  }

  /** Address of the server; undefined when the connection is gone. */
  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  /**
   * Waits for one whole reply.
   *
   * @throws {@link SmtpProbeError} when none comes
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
   * Starts TLS over the connection. The certificate is not verified here, so that a bad one can be described.
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
    await this.#handshake(secured);
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

  async #handshake(secured: TLSSocket): Promise<void> {
    let stop = (): void => {};
    try {
      await new Promise<void>((resolve, reject) => {
        secured.once('secureConnect', resolve).once('error', reject);
        secured.once('close', () =>
          reject(new SmtpProbeError('the server closed the connection in the TLS handshake')),
        );
        stop = onAbort(this.#signal, () =>
          reject(new SmtpProbeError('the TLS handshake was not answered', true)),
        );
      });
    } finally {
      stop();
    }
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

  /** Waits until something has come, the connection has ended or the signal has fired. */
  #change(): Promise<void> {
    return new Promise(resolve => {
      const stop = onAbort(this.#signal, () => resolve());
      this.#wake = () => {
        stop();
        resolve();
      };
    });
  }

  #end(reason: string): void {
    this.#ended ??= reason;
    this.#wake();
  }
}

/** Reads the reply to EHLO. */
export function smtpOffer({ lines }: SmtpReply): SmtpOffer {
  const extensions = lines.slice(1).map(line => line.trim().toUpperCase());
  const withKeyword = (keyword: string): string[] =>
    extensions.filter(line => line.split(/[ =]/)[0] === keyword);
  const size = /^SIZE (\d{1,15})$/.exec(withKeyword('SIZE')[0] ?? '')?.[1];
  return {
    startTls: withKeyword('STARTTLS').length > 0,
    // `AUTH=LOGIN` is how old servers say it.
    mechanisms: [...new Set(withKeyword('AUTH').flatMap(line => line.split(/[ =]+/).slice(1)))],
    ...(size !== undefined && { size: Number(size) }),
    extensions: extensions.map(line => line.split(/[ =]/)[0] ?? ''),
  };
}
