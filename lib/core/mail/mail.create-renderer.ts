import { Logger } from '@nestjs/common';
import { RendererChain } from '../sending/renderer-chain.js';
import type { ResolvedMailSettings } from '../settings/resolved-mail-settings.js';
import type { BuiltInTemplates } from '../templates/files/built-in-templates.js';
import type { MailRenderer } from '../templates/mail-renderer.js';
import { HandlebarsTemplateRenderer } from '../templates/rendering/handlebars-template-renderer.js';
import type { TemplateRenderer } from '../templates/template-renderer.js';
import type { MailModuleOptions } from './mail.module-options.js';
import { checkedRenderer } from './mail.own-classes.js';

/** What a renderer is made with, beside the settings and options of its mailer. */
export interface RendererSurroundings {
  /** The application's own renderer, which is asked first. @default none */
  readonly own?: TemplateRenderer | undefined;
  /** Asked at the end whether that one is to be closed: other mailers may have it too. @default it is */
  readonly isLast?: () => boolean;
  /** Where warnings go. @default `MailTemplates` */
  readonly logger?: Logger;
  /** The built-in templates, which several renderers may share. @default one of its own for each */
  readonly builtIn?: BuiltInTemplates;
}

/**
 * Reads and checks the templates of a mailer.
 *
 * @throws MailTemplateError
 * @throws MailSettingsError when the application's own renderer is none
 */
export async function createRenderer(
  { name, templates = {}, brand }: Pick<MailModuleOptions, 'name' | 'templates' | 'brand'>,
  { passwordReset }: Pick<ResolvedMailSettings, 'passwordReset'>,
  { own: given, isLast, logger = new Logger('MailTemplates'), builtIn }: RendererSurroundings = {},
): Promise<MailRenderer> {
  const own = given && checkedRenderer(given, name);
  const cultures = new Map((passwordReset?.cultures ?? []).map(culture => [culture, 'the setting Cultures']));
  if (templates.defaultCulture !== undefined)
    cultures.set(templates.defaultCulture, 'the option templates.defaultCulture');
  const wanted = [...cultures].map(([culture, from]) => ({ culture, from }));
  const handlebars = await HandlebarsTemplateRenderer.create(templates, brand, logger, wanted, builtIn);
  if (!own) return handlebars;
  const { defaultCulture = 'en' } = templates;
  return new RendererChain({
    own,
    next: handlebars,
    defaultCulture,
    warn: words => logger.warn(words),
    ...(isLast && { isLast }),
  });
}
