import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MailModule } from '../../core/mail/mail.module.js';
import { MailService } from '../../core/mail/mail.service.js';
import type { MailSettingsInput } from '../../core/settings/mail-settings.js';
import type { TemplateOptions } from '../../core/templates/template-options.js';
import { smtpTrusting } from '../smtp-trusting.js';

/** A mailer as an application has it. */
export interface TestMailer {
  readonly mail: MailService;
  /** Lets what has begun end, and closes connections. */
  close(): Promise<void>;
}

/**
 * Starts an application that has nothing but the mailer, with the same checks at its start.
 *
 * @param authorities certificates (PEM) of those that servers are trusted by. @default those that Node.js knows
 * @throws MailSettingsError, MailTemplateError as an application does at its start
 */
export async function openTestMailer(
  settings: MailSettingsInput,
  templates: TemplateOptions,
  authorities?: readonly string[],
): Promise<TestMailer> {
  const app: INestApplicationContext = await NestFactory.createApplicationContext(
    MailModule.forRoot(settings, { templates, ...smtpTrusting(authorities), shutdownTimeoutMs: 1000 }),
    // The outcome is told by the command, and only once.
    { logger: false, abortOnError: false },
  );
  return { mail: app.get(MailService), close: () => app.close() };
}
