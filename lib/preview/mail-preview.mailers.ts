import type { ModulesContainer } from '@nestjs/core';
import { MAIL_OPTIONS, MAIL_OWN_RENDERER, MAIL_SETTINGS } from '../core/mail/mail.constants.js';
import type { MailModuleOptions } from '../core/mail/mail.module-options.js';
import { MailModule } from '../core/mail/mail.module.js';
import { MailService } from '../core/mail/mail.service.js';
import type { Concealed } from '../core/redaction/concealed.js';
import type { ResolvedMailSettings } from '../core/settings/resolved-mail-settings.js';
import type { TemplateRenderer } from '../core/templates/template-renderer.js';

/** One mailer of the application, as the preview uses it. */
export interface PreviewMailer {
  /** Its option `name`; undefined for the one without a name. */
  readonly name: string | undefined;
  readonly service: MailService;
  readonly options: MailModuleOptions;
  readonly settings: ResolvedMailSettings;
  /** The renderer that the application brings along (option `renderer`). @default none */
  readonly renderer?: TemplateRenderer | undefined;
}

/** The mailers of the application, as they are at the moment; empty where there is no application. */
export type PreviewMailers = () => readonly PreviewMailer[];

/** The mailers of an application that have started. */
export function mailersOf(modules: ModulesContainer): PreviewMailer[] {
  return [...modules.values()]
    .filter(({ metatype }) => metatype === MailModule)
    .flatMap(module => {
      const instanceOf = (token: symbol): unknown => module.providers.get(token)?.instance;
      // One with a name may have that name alone for its token.
      const service = [...module.providers.values()]
        .map(({ instance }): unknown => instance)
        .find(instance => instance instanceof MailService);
      if (!service) return [];
      const options = (instanceOf(MAIL_OPTIONS) as Concealed<MailModuleOptions>).reveal();
      const settings = instanceOf(MAIL_SETTINGS) as ResolvedMailSettings;
      const renderer = instanceOf(MAIL_OWN_RENDERER) as TemplateRenderer | undefined;
      return [{ name: service.name, service, options, settings, renderer }];
    });
}
