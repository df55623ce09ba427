import { Logger } from '@nestjs/common';
import type { ResolvedMailSettings } from '../settings/resolved-mail-settings.js';
import { HandlebarsTemplateRenderer } from '../templates/rendering/handlebars-template-renderer.js';
import type { TemplateRenderer } from '../templates/template-renderer.js';
import type { MailModuleOptions } from './mail.module-options.js';

/**
 * Reads and checks the templates of a mailer.
 *
 * @param logger where warnings go. @default `MailTemplates`
 * @throws MailTemplateError
 */
export async function createRenderer(
  { templates = {}, brand }: Pick<MailModuleOptions, 'templates' | 'brand'>,
  { passwordReset }: Pick<ResolvedMailSettings, 'passwordReset'>,
  logger = new Logger('MailTemplates'),
): Promise<TemplateRenderer> {
  const cultures = new Map((passwordReset?.cultures ?? []).map(culture => [culture, 'the setting Cultures']));
  if (templates.defaultCulture !== undefined)
    cultures.set(templates.defaultCulture, 'the option templates.defaultCulture');
  const wanted = [...cultures].map(([culture, from]) => ({ culture, from }));
  return HandlebarsTemplateRenderer.create(templates, brand, logger, wanted);
}
