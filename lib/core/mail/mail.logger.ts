import { Logger } from '@nestjs/common';

/**
 * A logger whose lines name the mailer of a registry that they are about: `[MailService(acme)]`.
 *
 * @param label the mailer, printable; undefined for a mailer of `forRoot`, whose lines name none
 */
export function mailLogger(context: string, label: string | undefined): Logger {
  return new Logger(label === undefined ? context : `${context}(${label})`);
}
