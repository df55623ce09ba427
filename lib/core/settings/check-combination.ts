import { checkSignIn } from './check-sign-in.js';
import type { ResolvedMailSettings } from './resolved-mail-settings.js';
import type { SettingsSection } from './settings-section.js';
import { IMPLICIT_TLS_PORT } from './tls-mode.js';

type Report = (key: string, message: string) => void;

/** Checks settings that depend on each other. With `Enabled=false` nothing is required. */
export function checkCombination(
  mail: SettingsSection,
  settings: ResolvedMailSettings,
  {
    deliveryRequired,
    senderRequired,
    tokenInCode,
  }: { deliveryRequired: boolean; senderRequired: boolean; tokenInCode: boolean },
  report: Report,
): void {
  if (!settings.enabled) return;
  if (deliveryRequired) checkDelivery(mail, settings, report);
  // With a pickup directory each message may bring its author.
  if (senderRequired && mail.value('FromAddress') === undefined && settings.delivery !== 'pickup') {
    report(
      'FromAddress',
      'is missing; set the address that mails are sent from, such as no-reply@contoso.com',
    );
  }
  if (settings.delivery === 'pickup') return;
  checkSignIn(mail, settings, tokenInCode, report);
  if (settings.secureSocketOption === 'StartTls' && settings.port === IMPLICIT_TLS_PORT) {
    const key = mail.value('SecureSocketOption') === undefined ? 'EnableSsl' : 'SecureSocketOption';
    report(
      mail.written(key),
      `StartTls does not go with port ${IMPLICIT_TLS_PORT}, where TLS starts at once; set SecureSocketOption to SslOnConnect, or Port to 587`,
    );
  }
}

function checkDelivery(mail: SettingsSection, settings: ResolvedMailSettings, report: Report): void {
  if (settings.delivery === 'pickup') {
    if (settings.pickupDirectory === undefined && mail.value('PickupDirectory') === undefined) {
      report(
        'PickupDirectory',
        `is missing, although ${mail.written('UseSpecifiedPickupDirectory')} is true; set the folder that the local SMTP server empties`,
      );
    }
    return;
  }
  if (mail.value('Host') !== undefined) return;
  if (mail.value('PickupDirectory') !== undefined) {
    report(
      mail.written('PickupDirectory'),
      'is set, but nothing says to use it; set UseSpecifiedPickupDirectory to true, or set Host to send by SMTP',
    );
    return;
  }
  report(
    'Host',
    'is missing; set the host name of the SMTP server, or UseSpecifiedPickupDirectory and PickupDirectory',
  );
}
