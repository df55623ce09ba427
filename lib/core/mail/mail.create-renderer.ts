import { Logger } from '@nestjs/common';
import { RendererChain } from '../sending/renderer-chain.js';
import type { ResolvedMailSettings } from '../settings/resolved-mail-settings.js';
import type { BuiltInTemplates } from '../templates/files/built-in-templates.js';
import type { MailRenderer } from '../templates/mail-renderer.js';
import { createTemplateRenderer } from '../templates/rendering/create-template-renderer.js';
import type { TemplateRenderer } from '../templates/template-renderer.js';
import type { MailModuleOptions } from './mail.module-options.js';

/** What renderers are made with beside the settings and options of their mailers. */
export interface RendererSurroundings {
  /** Where warnings go. @default `MailTemplates` */
  readonly logger?: Logger;
  /** The built-in templates, which several renderers may share. @default one of its own for each */
  readonly builtIn?: BuiltInTemplates;
}

/** What has to be known of a renderer of the application. */
export interface OwnRendererParts {
  readonly templates?: MailModuleOptions['templates'];
  /** Asked at the end whether it is to be closed: other mailers may have it too. @default it is */
  readonly isLast?: () => boolean;
  /** Where warnings go. @default `MailTemplates` */
  readonly logger?: Logger;
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
): Promise<MailRenderer> {
  const cultures = new Map((passwordReset?.cultures ?? []).map(culture => [culture, 'the setting Cultures']));
  if (templates.defaultCulture !== undefined)
    cultures.set(templates.defaultCulture, 'the option templates.defaultCulture');
  const wanted = [...cultures].map(([culture, from]) => ({ culture, from }));
  return createTemplateRenderer(templates, { brand, log: logger, cultures: wanted, builtIn });
}

/** Lets a renderer of the application, where there is one, be asked before the templates. */
export function askedFirst(
  own: TemplateRenderer | undefined,
  next: MailRenderer,
  { templates, isLast, logger = new Logger('MailTemplates') }: OwnRendererParts,
): MailRenderer {
  if (!own) return next;
  return new RendererChain({
    own,
    next,
    defaultCulture: templates?.defaultCulture ?? 'en',
    warn: words => logger.warn(words),
    ...(isLast && { isLast }),
  });
}
