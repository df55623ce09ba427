import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import type { ComposedMail } from '../../mime/composed-mail.js';
import type { SmtpConversation } from './smtp-conversation.js';

/**
 * Refuses a message of which is known that the server does not take it (RFC 1870), before anything of it is sent. A
 * server that gives no number, or 0, has no fixed limit.
 *
 * @throws {@link MailDeliveryError} `EMAILENVELOPE`
 */
export function checkSize({ size, messageId }: ComposedMail, conversation: SmtpConversation): void {
  const limit = Number(/^\d+$/.exec(conversation.parameterOf('SIZE') ?? '')?.[0] ?? 0);
  if (size === undefined || limit === 0 || size <= limit) return;
  throw new MailDeliveryError(
    'EMAILENVELOPE',
    `The message is too large for the mail server: it has ${size} octets, and the server takes ${limit} (SIZE).`,
    { phase: 'envelope', retryable: false, messageId, transcript: conversation.transcript },
  );
}
