import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import type { SmtpOptions } from '../../core/delivery/smtp/smtp-options.js';
import { MAIL_PREVIEW_OBSERVER } from '../../core/mail/mail.constants.js';
import { MailModule } from '../../core/mail/mail.module.js';
import type { MailObserver } from '../../core/sending/mail-observer.js';
import type { MailSettingsInput } from '../../core/settings/mail-settings.js';
import { TemplateRenderer } from '../../core/templates/template-renderer.js';
import { mailersOf } from '../mail-preview.mailers.js';
import type { PreviewMailers } from '../mail-preview.mailers.js';
import type { TemplateWorkbench } from '../workbench/template-workbench.js';
import { WorkbenchRenderer } from '../workbench/workbench-renderer.js';

/** The mailer of an application that has nothing else. */
export interface StandaloneMailer {
  readonly mailers: PreviewMailers;
  close(): Promise<void>;
}

@Module({})
class ObserverModule {}

/**
 * Starts an application that has nothing but a mailer, with the same checks of its settings.
 *
 * @param workbench what it sends; some of it may be broken
 * @throws MailSettingsError when the settings cannot be used
 */
export async function startMailer(
  { settings, smtp }: { readonly settings: MailSettingsInput; readonly smtp?: SmtpOptions | undefined },
  workbench: TemplateWorkbench,
  observer: MailObserver,
): Promise<StandaloneMailer> {
  const mail = MailModule.forRoot(settings, {
    templates: { watch: true },
    ...(smtp && { smtp }),
    shutdownTimeoutMs: 1000,
  });
  const renderer = { provide: TemplateRenderer, useFactory: () => new WorkbenchRenderer(workbench) };
  const root: DynamicModule = {
    module: ObserverModule,
    global: true,
    // The last provider of a token counts.
    imports: [{ ...mail, providers: [...(mail.providers ?? []), renderer] }],
    providers: [{ provide: MAIL_PREVIEW_OBSERVER, useFactory: () => observer }],
    exports: [MAIL_PREVIEW_OBSERVER],
  };
  const app = await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false });
  const modules = app.get(ModulesContainer);
  return { mailers: () => mailersOf(modules), close: () => app.close() };
}
