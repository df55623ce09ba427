import type { Provider } from '@nestjs/common';
import { Logger } from '@nestjs/common';
import { createDelivery } from '../delivery/create-delivery.js';
import type { DeliveryTuning } from '../delivery/create-delivery.js';
import { FallbackMailDelivery } from '../delivery/fallback/fallback-mail-delivery.js';
import { MailDelivery } from '../delivery/mail-delivery.js';
import { fewConnections } from '../delivery/smtp/few-connections.js';
import { Concealed, concealResult } from '../redaction/concealed.js';
import { logText } from '../redaction/log-text.js';
import { maskAddresses } from '../redaction/mask-addresses.js';
import { logs } from '../sending/log-levels.js';
import type { MailSettingsInput } from '../settings/mail-settings.js';
import type { CheckedSettings } from './mail.checked-settings.js';
import {
  MAIL_CHECKED_SETTINGS,
  MAIL_FALLBACK_INPUT,
  MAIL_INTERCEPTOR,
  MAIL_PRIMARY_DELIVERY,
} from './mail.constants.js';
import type { MailFallbackFactory, MailModuleOptions } from './mail.module-options.js';
import { checkedDelivery } from './mail.own-classes.js';
import { fallbackSigning } from './mail.signing.js';

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
    useFactory: ({ settings, signing }: CheckedSettings, interceptor?: MailDelivery) =>
      interceptor ?? createDelivery(settings, { ...tuningOf(options), signing }),
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

async function withFallback(
  first: MailDelivery,
  { settings, fallback, signing }: CheckedSettings,
  options: MailModuleOptions,
): Promise<MailDelivery> {
  if (!fallback) return first;
  const logger = new Logger('MailDelivery');
  const { smtp, ...tuning } = tuningOf(options);
  // A login given in code is for the server of the main settings; no other server may see it, nor has it that name.
  const { auth: _auth, onRefreshToken: _onRefreshToken, tls, ...others } = smtp ?? {};
  const { servername: _servername, ...sharedTls } = tls ?? {};
  const shared = {
    ...others,
    ...(tls && { tls: sharedTls }),
    ...fallbackSigning(settings, fallback, others),
  };
  return new FallbackMailDelivery({
    primary: first,
    fallback: await createDelivery(fallback, { ...tuning, smtp: shared, signing }),
    onChange: (outage, secrets) =>
      outage
        ? logger.warn(`The fallback takes over: ${logText(outage.message, secrets)}`)
        : logger.log('The usual delivery works again.'),
  });
}

function tuningOf({ smtp, pickup }: MailModuleOptions): DeliveryTuning {
  const logger = new Logger('MailSmtp');
  const deliveryLogger = new Logger('MailDelivery');
  return {
    ...(smtp && { smtp }),
    ...pickup,
    trace: (transcript, messageId) => {
      if (!logs(logger, 'verbose')) return;
      logger.verbose([messageId ?? 'New connection', ...transcript().map(maskAddresses)].join('\n'));
    },
    warn: sentence => logger.warn(sentence),
    debug: sentence => deliveryLogger.debug(sentence),
    onFewConnections: connections => logger.warn(fewConnections(connections)),
  };
}
