import type { Socket } from 'node:net';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { ResolvedMailSettings } from '../../settings/resolved-mail-settings.js';
import type { SmtpConversation } from './smtp-conversation.js';

const LINE_FEED = 0x0a;

/**
 * Gives a connection up when its server takes longer than a setting allows, however it passes the time: the idle timer
 * of a socket starts anew with every byte of a server that drips.
 */
export class ReplyDeadline {
  readonly #connection: SMTPConnection;
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: SMTPConnection) {
    this.#connection = connection;
  }

  /** Whether the time is running. */
  get running(): boolean {
    return this.#timer !== undefined;
  }

  /**
   * Starts the time, or starts it anew.
   *
   * @param late words for what had not happened in time
   */
  start(seconds: number, late: () => string): void {
    this.stop();
    this.#timer = setTimeout(() => {
      this.#connection.emit('error', Object.assign(new Error(late()), { code: 'ETIMEDOUT' }));
      this.#connection.close();
    }, seconds * 1000);
  }

  /** Lets running time begin anew. */
  renew(): void {
    this.#timer?.refresh();
  }

  /** Ends the limit. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** The limits of one message. */
export interface ReplyLimits {
  /** Waits while the rest of the message is held back here: the server has nothing to take then, and no reply is due. */
  whileHeld(wait: () => Promise<void>): Promise<void>;
  /** Ends the limits once the last reply is there. */
  end(): void;
}

/**
 * Limits the waits of one message: each reply of the envelope must be whole within `SocketTimeout`, the reply to the
 * final dot within `DataTimeout`. In between, while the message is written, the idle timer of the socket suffices as
 * long as the server keeps silent: it sees every byte that is taken.
 */
export function limitReplies(
  connection: SMTPConnection,
  conversation: SmtpConversation,
  { dataTimeout, socketTimeout }: ResolvedMailSettings,
): ReplyLimits {
  const socket = connection._socket || undefined;
  const deadline = new ReplyDeadline(connection);
  let over = false;
  const inTime = (): void =>
    deadline.start(
      socketTimeout,
      () => `no whole reply within the setting SocketTimeout (${socketTimeout} s)`,
    );
  const idleTimer = (seconds: number): void => {
    if (socket && !socket.destroyed) socket.setTimeout(seconds * 1000);
  };
  let unfinished = false;
  const onData = (chunk: Buffer): void => {
    unfinished = chunk.at(-1) !== LINE_FEED;
    if (conversation.phase === 'data' && !deadline.running) inTime();
  };
  idleTimer(0);
  // Before nodemailer reads it: what it makes of a reply changes how far the conversation has come.
  socket?.prependListener('data', onData);
  conversation.listener = {
    exchanged: () => {
      if (conversation.phase === 'envelope') return deadline.running ? deadline.renew() : inTime();
      deadline.stop();
      if (conversation.phase !== 'data') return;
      idleTimer(socketTimeout);
      // Whoever begins to speak before the message is over must come to an end too.
      if (unfinished) inTime();
    },
    written: () => {
      const handedOver = (): void => {
        if (over) return;
        conversation.phase = 'after-data';
        idleTimer(0);
        deadline.start(dataTimeout, () => `no whole reply within the setting DataTimeout (${dataTimeout} s)`);
      };
      // Of encrypted bytes it is heard late that they have left. By then the server may have taken the message, answered,
      // or gone away with it.
      if (connection.secure) handedOver();
      else whenFlushed(socket, handedOver);
    },
  };
  return {
    whileHeld: async wait => {
      let held = true;
      whenFlushed(socket, () => {
        if (held && !over) idleTimer(0);
      });
      await wait();
      held = false;
      if (!over) idleTimer(socketTimeout);
    },
    end: () => {
      over = true;
      deadline.stop();
      conversation.listener = undefined;
      socket?.off('data', onData);
      idleTimer(socketTimeout);
    },
  };
}

/** Calls back once everything written has left this process; before that no server can have seen it. */
function whenFlushed(socket: Socket | undefined, flushed: () => void): void {
  if (!socket || socket.writableLength === 0 || socket.writableEnded) return flushed();
  socket.write(Buffer.alloc(0), error => {
    if (!error) flushed();
  });
}
