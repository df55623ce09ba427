import type { Socket } from 'node:net';
import SMTPConnection from 'nodemailer/lib/smtp-connection';

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

  /** Writes a part of the message. @param last whether it is the last one, with the final dot */
  write(pieces: readonly Buffer[], last: boolean): void {
    const socket = this.#socket;
    // nodemailer tells why a connection is gone.
    if (!socket.writable) return;
    socket.cork();
    for (const piece of pieces) {
      this.outByteCount += piece.length;
      socket.write(piece);
    }
    socket.uncork();
    if (last) this.#written();
  }
}

/**
 * nodemailer's connection, with a short way for a message that is in memory and can be sent as it is: two streams, their pipes and
 * a dozen listeners less. Where nodemailer has changed inside, its own way is gone.
 */
export class MailConnection extends SMTPConnection {
  /** Whether the message that is sent now is such a one. */
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
