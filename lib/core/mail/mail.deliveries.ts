import { createDelivery } from '../delivery/create-delivery.js';
import type { DeliveryTuning } from '../delivery/create-delivery.js';
import type { MailDelivery } from '../delivery/mail-delivery.js';
import { fewConnections } from '../delivery/smtp/few-connections.js';
import { lateImport } from '../errors/late-import.js';
import { logText } from '../redaction/log-text.js';
import { maskAddresses } from '../redaction/mask-addresses.js';
import { logs } from '../sending/log-levels.js';
import type { CheckedSettings } from './mail.checked-settings.js';
import { mailLogger } from './mail.logger.js';
import type { MailModuleOptions } from './mail.module-options.js';
import { fallbackSigning } from './mail.signing.js';

const importFallback = lateImport(() => import('../delivery/fallback/fallback-mail-delivery.js'));

/** The options that deliveries are made with. */
export type DeliveryOptions = Pick<MailModuleOptions, 'smtp' | 'pickup'>;

/**
 * The delivery that the settings choose.
 *
 * @param label the mailer in a registry, for the log
 */
export function settingsDelivery(
  { settings, signing }: CheckedSettings,
  options: DeliveryOptions,
  label?: string,
): Promise<MailDelivery> {
  return createDelivery(settings, { ...tuningOf(options, label), signing });
}

/**
 * A delivery with the fallback of the settings behind it, where they have one.
 *
 * @param label the mailer in a registry, for the log
 */
export async function withFallback(
  first: MailDelivery,
  { settings, fallback, signing }: CheckedSettings,
  options: DeliveryOptions,
  label?: string,
): Promise<MailDelivery> {
  if (!fallback) return first;
  const { FallbackMailDelivery } = await importFallback();
  const logger = mailLogger('MailDelivery', label);
  const { smtp, ...tuning } = tuningOf(options, label);
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

function tuningOf({ smtp, pickup }: DeliveryOptions, label: string | undefined): DeliveryTuning {
  const logger = mailLogger('MailSmtp', label);
  const deliveryLogger = mailLogger('MailDelivery', label);
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
