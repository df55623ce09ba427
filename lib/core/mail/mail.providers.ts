import type { Provider } from '@nestjs/common';
import { Logger } from '@nestjs/common';
import type { MailDelivery } from '../delivery/mail-delivery.js';
import type { MailSettingsProblem } from '../errors/mail-settings-error.js';
import { Concealed } from '../redaction/concealed.js';
import type { MailHook } from '../sending/mail-hook.js';
import type { MailObserver } from '../sending/mail-observer.js';
import { RendererChain } from '../sending/renderer-chain.js';
import type { MailSettingsInput } from '../settings/mail-settings.js';
import type { ResolvedMailSettings } from '../settings/resolved-mail-settings.js';
import type { MailRenderer } from '../templates/mail-renderer.js';
import { HandlebarsTemplateRenderer } from '../templates/rendering/handlebars-template-renderer.js';
import { TemplateRenderer } from '../templates/template-renderer.js';
import type { CheckedSettings } from './mail.checked-settings.js';
import { checkedSettings } from './mail.checked-settings.js';
import {
  MAIL_CHECKED_SETTINGS,
  MAIL_FALLBACK_INPUT,
  MAIL_HOOKS,
  MAIL_INTERCEPTOR,
  MAIL_OBSERVERS,
  MAIL_OPTIONS,
  MAIL_OWN_RENDERER,
  MAIL_PREVIEW_OBSERVER,
  MAIL_SETTINGS,
  MAIL_SETTINGS_INPUT,
  MAIL_TEST_OBSERVER,
} from './mail.constants.js';
import { mailServiceToken } from './mail.decorators.js';
import { deliveryProviders } from './mail.delivery-providers.js';
import { DuplicateMailerCheck } from './mail.duplicate-check.js';
import type { MailModuleOptions } from './mail.module-options.js';
import { checkedHooks, checkedRenderer } from './mail.own-classes.js';
import { MailService } from './mail.service.js';

/**
 * Everything that one mailer is made of, apart from where its settings come from.
 *
 * @param problems what is wrong with the options, which stops the start
 */
export function mailProviders(
  options: MailModuleOptions,
  problems: readonly MailSettingsProblem[],
): Provider[] {
  const hooks = options.hooks ?? [];
  return [
    // A factory and not a value: options and settings may hold secrets, and modules get printed.
    { provide: MAIL_OPTIONS, useFactory: () => new Concealed(options) },
    {
      provide: MAIL_CHECKED_SETTINGS,
      useFactory: (
        input: Concealed<MailSettingsInput>,
        fallbackInput?: Concealed<MailSettingsInput>,
        interceptor?: MailDelivery,
      ): Promise<CheckedSettings> =>
        checkedSettings({
          input: input.reveal(),
          options,
          problems,
          fallbackInput: fallbackInput?.reveal(),
          interceptor,
        }),
      inject: [
        MAIL_SETTINGS_INPUT,
        { token: MAIL_FALLBACK_INPUT, optional: true },
        { token: MAIL_INTERCEPTOR, optional: true },
      ],
    },
    {
      provide: MAIL_SETTINGS,
      useFactory: ({ settings }: CheckedSettings) => settings,
      inject: [MAIL_CHECKED_SETTINGS],
    },
    ownRenderer(options),
    {
      provide: TemplateRenderer,
      useFactory: ({ settings }: CheckedSettings, own?: TemplateRenderer) =>
        createRenderer(options, settings, own),
      // All that is wrong with settings and options is told before a template is read.
      inject: [MAIL_CHECKED_SETTINGS, MAIL_OWN_RENDERER],
    },
    DuplicateMailerCheck,
    ...deliveryProviders(options),
    ...hooks,
    {
      provide: MAIL_HOOKS,
      useFactory: (_checked: CheckedSettings, ...instances: MailHook[]) =>
        checkedHooks(instances, options.name),
      inject: [MAIL_CHECKED_SETTINGS, ...hooks],
    },
    {
      provide: MAIL_OBSERVERS,
      useFactory: (...found: (MailObserver | undefined)[]) => found.filter(one => one !== undefined),
      inject: [MAIL_TEST_OBSERVER, MAIL_PREVIEW_OBSERVER].map(token => ({ token, optional: true })),
    },
    // One with a name is found by that name alone: app.get(MailService) is to be the one without.
    options.name === undefined
      ? MailService
      : { provide: mailServiceToken(options.name), useClass: MailService },
  ];
}

function ownRenderer({ renderer }: MailModuleOptions): Provider {
  return typeof renderer === 'function'
    ? { provide: MAIL_OWN_RENDERER, useClass: renderer }
    : { provide: MAIL_OWN_RENDERER, useFactory: () => renderer };
}

async function createRenderer(
  { name, templates = {}, brand }: MailModuleOptions,
  { passwordReset }: ResolvedMailSettings,
  given: TemplateRenderer | undefined,
): Promise<MailRenderer> {
  const own = given && checkedRenderer(given, name);
  const cultures = new Map((passwordReset?.cultures ?? []).map(culture => [culture, 'the setting Cultures']));
  if (templates.defaultCulture !== undefined)
    cultures.set(templates.defaultCulture, 'the option templates.defaultCulture');
  const wanted = [...cultures].map(([culture, from]) => ({ culture, from }));
  const logger = new Logger('MailTemplates');
  const handlebars = await HandlebarsTemplateRenderer.create(templates, brand, logger, wanted);
  if (!own) return handlebars;
  const { defaultCulture = 'en' } = templates;
  return new RendererChain({ own, next: handlebars, defaultCulture, warn: words => logger.warn(words) });
}
