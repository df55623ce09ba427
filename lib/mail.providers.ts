import type { Provider } from '@nestjs/common';
import { Logger } from '@nestjs/common';
import { createDelivery } from './delivery/create-delivery.js';
import { MailDelivery } from './delivery/mail-delivery.js';
import { pickupDirectoryProblem } from './delivery/pickup/pickup-directory.js';
import { MailSettingsError } from './errors/mail-settings-error.js';
import type { MailHook } from './hooks/mail-hook.js';
import { MAIL_HOOKS, MAIL_OPTIONS, MAIL_SETTINGS, MAIL_SETTINGS_INPUT } from './mail.constants.js';
import { mailServiceToken } from './mail.decorators.js';
import type { MailModuleOptions } from './mail.module-options.js';
import { MailService } from './mail.service.js';
import type { MailSettingsInput } from './settings/mail-settings.js';
import { readMailSettings } from './settings/read-mail-settings.js';
import type { ResolvedMailSettings } from './settings/resolved-mail-settings.js';
import { HandlebarsTemplateRenderer } from './templates/handlebars-template-renderer.js';
import { TemplateRenderer } from './templates/template-renderer.js';

/** Everything that one mailer is made of, apart from where its settings come from. */
export function mailProviders(options: MailModuleOptions): Provider[] {
  const hooks = options.hooks ?? [];
  return [
    // A factory and not a value: options and settings may hold secrets, and modules get printed.
    { provide: MAIL_OPTIONS, useFactory: () => options },
    { provide: MAIL_SETTINGS, useFactory: checkedSettings, inject: [MAIL_SETTINGS_INPUT, MAIL_OPTIONS] },
    { provide: TemplateRenderer, useFactory: createRenderer, inject: [MAIL_OPTIONS] },
    deliveryProvider(options),
    ...hooks,
    { provide: MAIL_HOOKS, useFactory: (...instances: MailHook[]) => instances, inject: hooks },
    MailService,
    ...(options.name === undefined
      ? []
      : [{ provide: mailServiceToken(options.name), useExisting: MailService }]),
  ];
}

function deliveryProvider({ delivery }: MailModuleOptions): Provider {
  if (typeof delivery === 'function') return { provide: MailDelivery, useClass: delivery };
  if (delivery !== undefined) return { provide: MailDelivery, useFactory: () => delivery };
  return {
    provide: MailDelivery,
    useFactory: (settings: ResolvedMailSettings, { smtp, pickup }: MailModuleOptions) =>
      createDelivery(settings, { ...(smtp && { smtp }), ...pickup }),
    inject: [MAIL_SETTINGS, MAIL_OPTIONS],
  };
}

async function createRenderer({ templates, brand }: MailModuleOptions): Promise<TemplateRenderer> {
  return HandlebarsTemplateRenderer.create(templates ?? {}, brand, new Logger('MailTemplates'));
}

/** Checks the settings when the application starts: all problems at once, the pickup directory included. */
async function checkedSettings(
  input: MailSettingsInput,
  options: MailModuleOptions,
): Promise<ResolvedMailSettings> {
  const { settings, problems, warnings, directoryKey } = readMailSettings(input, {
    deliveryRequired: options.delivery === undefined,
  });
  const directory =
    settings.enabled && settings.delivery === 'pickup' && options.delivery === undefined
      ? settings.pickupDirectory
      : undefined;
  const directoryProblem = directory === undefined ? undefined : await pickupDirectoryProblem(directory);
  const all =
    directoryProblem === undefined
      ? problems
      : [...problems, { key: directoryKey, message: directoryProblem }];
  if (all.length > 0) throw new MailSettingsError(all);
  const logger = new Logger('MailModule');
  for (const warning of warnings) logger.warn(warning);
  return settings;
}
