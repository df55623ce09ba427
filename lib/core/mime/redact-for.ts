import { MailRedactor } from '../redaction/mail-redactor.js';
import type { Redactor } from '../redaction/redact.js';
import type { ComposedMail } from './composed-mail.js';

/** Hides what a server can only have out of a mail; of one that does not know it, such as one of the application's own, its secrets. */
export function redactorOf(mail: Pick<ComposedMail, 'secrets' | 'redact'>): Redactor {
  if (mail.redact) return text => mail.redact?.(text) ?? text;
  const { secrets = [] } = mail;
  if (secrets.length === 0) return text => text;
  const redactor = new MailRedactor({ secrets, texts: () => [], mayHold: () => false, shown: () => [] });
  return text => redactor.redact(text);
}
