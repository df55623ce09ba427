import type { ModulesContainer } from '@nestjs/core';
import { MAIL_OPTIONS, MAIL_OWN_RENDERER, MAIL_SETTINGS } from '../core/mail/mail.constants.js';
import type { MailModuleOptions } from '../core/mail/mail.module-options.js';
import { MailModule } from '../core/mail/mail.module.js';
import { MailService } from '../core/mail/mail.service.js';
import { OpenMailers } from '../core/mail/registry/open-mailers.js';
import type { Concealed } from '../core/redaction/concealed.js';
import type { ResolvedMailSettings } from '../core/settings/resolved-mail-settings.js';
import type { TemplateRenderer } from '../core/templates/template-renderer.js';

/** One mailer of the application, as the preview uses it. */
export interface PreviewMailer {
  /** Its option `name`, or its key in a registry; undefined for the one without a name. */
  readonly name: string | undefined;
  readonly service: MailService;
  readonly options: MailModuleOptions;
  readonly settings: ResolvedMailSettings;
  /** The renderer that the application brings along (option `renderer`). @default none */
  readonly renderer?: TemplateRenderer | undefined;
}

/** The mailers of the application, as they are at the moment; empty where there is no application. */
export type PreviewMailers = () => readonly PreviewMailer[];

/** The mailers of an application that have started, and then those that its registry has open. */
export function mailersOf(modules: ModulesContainer): PreviewMailer[] {
  const ours = [...modules.values()].filter(({ metatype }) => metatype === MailModule);
  return [...ours.flatMap(mailersOfModule), ...ours.flatMap(mailersOfRegistry)];
}

type NestModule = ReturnType<ModulesContainer['get']> & object;

function mailersOfModule({ providers }: NestModule): PreviewMailer[] {
  const instanceOf = (token: symbol): unknown => providers.get(token)?.instance;
  // One with a name may have that name alone for its token.
  const service = [...providers.values()]
    .map(({ instance }): unknown => instance)
    .find(instance => instance instanceof MailService);
  if (!service) return [];
  const options = (instanceOf(MAIL_OPTIONS) as Concealed<MailModuleOptions>).reveal();
  const settings = instanceOf(MAIL_SETTINGS) as ResolvedMailSettings;
  const renderer = instanceOf(MAIL_OWN_RENDERER) as TemplateRenderer | undefined;
  return [{ name: service.name, service, options, settings, renderer }];
}

function mailersOfRegistry({ providers }: NestModule): PreviewMailer[] {
  const mailers: unknown = providers.get(OpenMailers)?.instance;
  if (!(mailers instanceof OpenMailers)) return [];
  return mailers.all.map(({ key, service, options, settings, ownRenderer }) => ({
    name: key,
    service,
    options,
    settings,
    renderer: ownRenderer,
  }));
}
