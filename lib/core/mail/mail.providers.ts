import type { Provider } from '@nestjs/common';
import type { MailDelivery } from '../delivery/mail-delivery.js';
import type { MailSettingsProblem } from '../errors/mail-settings-error.js';
import { Concealed } from '../redaction/concealed.js';
import type { MailHook } from '../sending/mail-hook.js';
import type { MailSettingsInput } from '../settings/mail-settings.js';
import type { ResolvedMailSettings } from '../settings/resolved-mail-settings.js';
import { TemplateRenderer } from '../templates/template-renderer.js';
import type { CheckedSettings } from './mail.checked-settings.js';
import { checkedSettings } from './mail.checked-settings.js';
import {
  MAIL_CHECKED_SETTINGS,
  MAIL_FALLBACK_INPUT,
  MAIL_HOOKS,
  MAIL_INTERCEPTOR,
  MAIL_OPTIONS,
  MAIL_OWN_RENDERER,
  MAIL_SETTINGS,
  MAIL_SETTINGS_INPUT,
} from './mail.constants.js';
import { askedFirst, createRenderer } from './mail.create-renderer.js';
import { mailServiceToken } from './mail.decorators.js';
import { deliveryProviders } from './mail.delivery-providers.js';
import { DuplicateMailerCheck } from './mail.duplicate-check.js';
import { lateShutdown } from './mail.late-shutdown.js';
import type { MailModuleOptions } from './mail.module-options.js';
import { observersProvider } from './mail.observers-provider.js';
import { checkedHooks, checkedRenderer } from './mail.own-classes.js';
import { ownRendererProvider } from './mail.own-renderer-provider.js';
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
    ownRendererProvider(options.renderer),
    {
      provide: TemplateRenderer,
      useFactory: ({ settings }: CheckedSettings, own?: TemplateRenderer) =>
        rendererOf(options, settings, own),
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
    observersProvider(),
    // One with a name is found by that name alone: app.get(MailService) is to be the one without.
    options.name === undefined
      ? MailService
      : { provide: mailServiceToken(options.name), useClass: MailService },
    lateShutdown(mailServiceToken(options.name)),
  ];
}

async function rendererOf(
  options: MailModuleOptions,
  settings: ResolvedMailSettings,
  given: TemplateRenderer | undefined,
): Promise<TemplateRenderer> {
  const own = given && checkedRenderer(given, options.name);
  return askedFirst(own, await createRenderer(options, settings), options);
}
