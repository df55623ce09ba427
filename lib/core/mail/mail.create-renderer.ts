import { Logger } from '@nestjs/common';
import type { ResolvedMailSettings } from '../settings/resolved-mail-settings.js';
import type { BuiltInTemplates } from '../templates/files/built-in-templates.js';
import { HandlebarsTemplateRenderer } from '../templates/rendering/handlebars-template-renderer.js';
import type { TemplateRenderer } from '../templates/template-renderer.js';
import type { MailModuleOptions } from './mail.module-options.js';

/** What renderers are made with beside the options of their mailers. */
export interface RendererSurroundings {
  /** Where warnings go. @default `MailTemplates` */
  readonly logger?: Logger;
  /** The built-in templates, which several renderers may share. @default one of its own for each */
  readonly builtIn?: BuiltInTemplates;
}

/**
 * Reads and checks the templates of a mailer.
 *
 * @throws MailTemplateError
 */
export async function createRenderer(
  { templates = {}, brand }: Pick<MailModuleOptions, 'templates' | 'brand'>,
  { passwordReset }: Pick<ResolvedMailSettings, 'passwordReset'>,
  { logger = new Logger('MailTemplates'), builtIn }: RendererSurroundings = {},
): Promise<TemplateRenderer> {
  const cultures = new Map((passwordReset?.cultures ?? []).map(culture => [culture, 'the setting Cultures']));
  if (templates.defaultCulture !== undefined)
    cultures.set(templates.defaultCulture, 'the option templates.defaultCulture');
  const wanted = [...cultures].map(([culture, from]) => ({ culture, from }));
  return HandlebarsTemplateRenderer.create(templates, brand, logger, wanted, builtIn);
}
