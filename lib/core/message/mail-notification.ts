import { MailMessageError } from '../errors/mail-message-error.js';
import type { MailMessageBase, TemplateMailMessage } from './mail-message.js';
import { BASE_FIELDS } from './message-fields.js';
import type { NotificationContext, NotificationSeverity } from './notification-context.js';

/** A notification: what it shows, who gets it, and whatever else a message may say. */
export interface MailNotification extends NotificationContext, MailMessageBase {
  /** Language, as a BCP 47 tag. @default the default culture */
  culture?: string;
}

const SEVERITIES: readonly NotificationSeverity[] = ['info', 'success', 'warning', 'error'];
const MESSAGE_FIELDS: ReadonlySet<string> = new Set([...BASE_FIELDS, 'culture']);

/**
 * Makes the message of a notification: its own fields become the variables of the template.
 *
 * @throws {@link MailMessageError} `EMAILMESSAGE` when it is no object
 */
export function notificationMessage(notification: MailNotification): TemplateMailMessage {
  if (typeof notification !== 'object' || notification === null) {
    throw new MailMessageError('EMAILMESSAGE', 'notification', 'must be an object', { value: notification });
  }
  const { severity } = notification;
  if (severity !== undefined && !SEVERITIES.includes(severity)) {
    throw new MailMessageError('EMAILMESSAGE', 'severity', `must be one of ${SEVERITIES.join(', ')}`, {
      value: severity,
    });
  }
  const entries = Object.entries(notification);
  return {
    ...Object.fromEntries(entries.filter(([name]) => MESSAGE_FIELDS.has(name))),
    template: 'notification',
    context: Object.fromEntries(entries.filter(([name]) => !MESSAGE_FIELDS.has(name))),
  };
}
