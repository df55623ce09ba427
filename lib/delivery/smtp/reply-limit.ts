import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { ResolvedMailSettings } from '../../settings/resolved-mail-settings.js';
import type { SmtpConversation } from './smtp-conversation.js';

/**
 * Limits the wait for the reply to the final dot by `DataTimeout`; the idle timer of the socket is much shorter.
 *
 * @returns a function that ends the limit once the reply is there
 */
export function limitReply(
  connection: SMTPConnection,
  conversation: SmtpConversation,
  { dataTimeout, socketTimeout }: ResolvedMailSettings,
): () => void {
  const socket = connection._socket;
  let timer: NodeJS.Timeout | undefined;
  conversation.onHandedOver = () => {
    if (socket) socket.setTimeout(0);
    timer = setTimeout(() => {
      const late = new Error(`no reply within the setting DataTimeout (${dataTimeout} s)`);
      connection.emit('error', Object.assign(late, { code: 'ETIMEDOUT' }));
      connection.close();
    }, dataTimeout * 1000);
  };
  return () => {
    clearTimeout(timer);
    conversation.onHandedOver = undefined;
    if (timer && socket && !socket.destroyed) socket.setTimeout(socketTimeout * 1000);
  };
}
