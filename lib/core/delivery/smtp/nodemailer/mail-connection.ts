import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';

const FINAL_DOT = Buffer.from('.\r\n');
/** Octets up to which copying a message costs less than writing to the socket twice. */
export const LARGEST_COPIED = 64 * 1024;

/** A message for nodemailer that may need neither dots nor line ends (RFC 5321 4.5.2, 2.3.8), and knows whether it does. */
export interface SelfWriting extends Readable {
  /** Whether it can be sent as it is: then it is piped to a {@link SocketEnd}. */
  readonly ready: boolean;
}

/** Where a message that can be sent as it is goes, in place of nodemailer's transform. */
export class SocketEnd {
  /** nodemailer tells how much it has sent. */
  outByteCount = 0;
  readonly #socket: Socket;
  readonly #written: () => void;

  /** @param written called when the last byte was handed to the socket */
  constructor(socket: Socket, written: () => void) {
    this.#socket = socket;
    this.#written = written;
  }

  /** Writes a part. Resolves when it is the system's, so that its memory can be used again; to false when it cannot be written. */
  write(part: Buffer): Promise<boolean> {
    // Where the connection has ended, a write would be an error besides; nodemailer tells why it has.
    if (!this.#socket.writable) return Promise.resolve(false);
    this.outByteCount += part.length;
    return new Promise(resolve => void this.#socket.write(part, error => resolve(!error)));
  }

  /** Writes what is left, with the final dot behind it. */
  end(rest?: Buffer): void {
    const socket = this.#socket;
    if (!socket.writable) return;
    this.outByteCount += (rest?.length ?? 0) + FINAL_DOT.length;
    if (!rest) socket.write(FINAL_DOT);
    else if (rest.length <= LARGEST_COPIED) socket.write(Buffer.concat([rest, FINAL_DOT]));
    else {
      socket.write(rest);
      socket.write(FINAL_DOT);
    }
    this.#written();
  }
}

/**
 * nodemailer's connection, with a short way for a message that can be sent as it is: two streams, their pipes and a dozen
 * listeners less for each. Should nodemailer change inside, its own way is taken.
 */
export class MailConnection extends SMTPConnection {
  /** Whether the message that is sent now can be sent as it is. */
  sendsAsItIs = false;

  /** Takes the place of nodemailer's own method: where the message behind DATA goes. */
  _createSendStream(done: (error: unknown, reply?: string) => void): unknown {
    const actions: unknown = Reflect.get(this, '_responseActions');
    const answer: unknown = Reflect.get(this, '_actionSMTPStream');
    const socket = this._socket;
    if (this.sendsAsItIs && socket && Array.isArray(actions) && typeof answer === 'function') {
      actions.push((reply: string) => void Reflect.apply(answer, this, [reply, done]));
      return new SocketEnd(socket, () => this.logger.info({ tnx: 'message' }));
    }
    const own: unknown = Reflect.get(SMTPConnection.prototype, '_createSendStream');
    return typeof own === 'function' ? Reflect.apply(own, this, [done]) : undefined;
  }
}
