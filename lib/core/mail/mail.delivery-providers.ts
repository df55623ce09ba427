import type { Provider } from '@nestjs/common';
import { MailDelivery } from '../delivery/mail-delivery.js';
import { Concealed, concealResult } from '../redaction/concealed.js';
import type { MailSettingsInput } from '../settings/mail-settings.js';
import type { CheckedSettings } from './mail.checked-settings.js';
import {
  MAIL_CHECKED_SETTINGS,
  MAIL_FALLBACK_INPUT,
  MAIL_INTERCEPTOR,
  MAIL_PRIMARY_DELIVERY,
} from './mail.constants.js';
import { settingsDelivery, withFallback } from './mail.deliveries.js';
import type { MailFallbackFactory, MailModuleOptions } from './mail.module-options.js';
import { checkedDelivery } from './mail.own-classes.js';

const INTERCEPTOR = { token: MAIL_INTERCEPTOR, optional: true };

/** The delivery of one mailer, with its fallback where the options name one. */
export function deliveryProviders(options: MailModuleOptions): Provider[] {
  if (options.fallback === undefined) {
    const noFallback: Provider = { provide: MAIL_FALLBACK_INPUT, useFactory: () => undefined };
    if (options.delivery === undefined) return [noFallback, primary(MailDelivery, options)];
    const intercepted: Provider = {
      provide: MailDelivery,
      useFactory: (first: MailDelivery, _checked: CheckedSettings, interceptor?: MailDelivery) => {
        const own = checkedDelivery(first, options.name);
        return interceptor ?? own;
      },
      inject: [MAIL_PRIMARY_DELIVERY, MAIL_CHECKED_SETTINGS, INTERCEPTOR],
    };
    return [noFallback, primary(MAIL_PRIMARY_DELIVERY, options), intercepted];
  }
  return [
    fallbackInput(options.fallback),
    primary(MAIL_PRIMARY_DELIVERY, options),
    {
      provide: MailDelivery,
      useFactory: (first: MailDelivery, checked: CheckedSettings, interceptor?: MailDelivery) =>
        interceptor ?? withFallback(checkedDelivery(first, options.name), checked, options),
      inject: [MAIL_PRIMARY_DELIVERY, MAIL_CHECKED_SETTINGS, INTERCEPTOR],
    },
  ];
}

function primary(token: symbol | typeof MailDelivery, options: MailModuleOptions): Provider {
  const { delivery } = options;
  if (typeof delivery === 'function') return { provide: token, useClass: delivery };
  if (delivery !== undefined) return { provide: token, useFactory: () => delivery };
  return {
    provide: token,
    useFactory: (checked: CheckedSettings, interceptor?: MailDelivery) =>
      interceptor ?? settingsDelivery(checked, options),
    inject: [MAIL_CHECKED_SETTINGS, INTERCEPTOR],
  };
}

function fallbackInput(fallback: MailSettingsInput | MailFallbackFactory): Provider {
  if (!isFactory(fallback))
    return { provide: MAIL_FALLBACK_INPUT, useFactory: () => new Concealed(fallback) };
  return {
    provide: MAIL_FALLBACK_INPUT,
    useFactory: async (...dependencies: never[]) => concealResult(fallback.useFactory(...dependencies)),
    inject: fallback.inject ?? [],
  };
}

function isFactory(fallback: MailSettingsInput | MailFallbackFactory): fallback is MailFallbackFactory {
  return 'useFactory' in fallback && typeof fallback.useFactory === 'function';
}
