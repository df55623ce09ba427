import type { Socket } from 'node:net';
import type { ResolvedMailSettings } from '../../settings/resolved-mail-settings.js';
import type { NodemailerConnection } from './nodemailer/nodemailer-connection.js';
import { ReplyDeadline } from './reply-deadline.js';
import type { SmtpConversation } from './smtp-conversation.js';

const LINE_FEED = 0x0a;

/** The limits of one message. */
export interface ReplyLimits {
  /** A command was sent, or a whole reply came. */
  exchanged(): void;
  /** nodemailer has written the last byte of the message. */
  messageWritten(): void;
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
  connection: NodemailerConnection,
  conversation: SmtpConversation,
  { dataTimeout, socketTimeout }: ResolvedMailSettings,
): ReplyLimits {
  const { socket } = connection;
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
  const handedOver = (): void => {
    if (over) return;
    conversation.messageHandedOver();
    idleTimer(0);
    deadline.start(dataTimeout, () => `no whole reply within the setting DataTimeout (${dataTimeout} s)`);
  };
  idleTimer(0);
  // Before nodemailer reads it: what it makes of a reply changes how far the conversation has come.
  socket?.prependListener('data', onData);
  return {
    exchanged: () => {
      if (conversation.phase === 'envelope') return deadline.running ? deadline.renew() : inTime();
      deadline.stop();
      if (conversation.phase !== 'data') return;
      idleTimer(socketTimeout);
      // A server that begins a reply before the message is over must end that reply in time too.
      if (unfinished) inTime();
    },
    messageWritten: () => {
      // That encrypted bytes have left is known late. By then the server may have taken the message, answered, or ended
      // the connection.
      if (connection.secure) handedOver();
      else whenFlushed(socket, handedOver);
    },
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
