import type { ResolvedMailSettings } from './resolved-mail-settings.js';
import { besideWords } from './setting-file.js';
import type { SettingsSection } from './settings-section.js';
import { IMPLICIT_TLS_PORT } from './tls-mode.js';

type Report = (key: string, message: string) => void;

/** Checks settings that depend on each other. With `Enabled=false` nothing is required. */
export function checkCombination(
  mail: SettingsSection,
  settings: ResolvedMailSettings,
  { deliveryRequired, senderRequired }: { deliveryRequired: boolean; senderRequired: boolean },
  report: Report,
): void {
  if (settings.useDefaultCredentials) {
    report(
      mail.written('UseDefaultCredentials'),
      'cannot be true: Node.js has no ambient Windows credentials; set Username and Password, or let the server accept this host without a login',
    );
  }
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
  checkCredentials(mail, report);
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

function checkCredentials(mail: SettingsSection, report: Report): void {
  const username = mail.value('Username') !== undefined;
  const inFile = mail.value('PasswordFile') !== undefined;
  const given = mail.value('Password') !== undefined;
  const password = given || inFile;
  if (given && inFile) report(mail.written('PasswordFile'), besideWords('Password'));
  if (username && !password)
    report(mail.written('Username'), 'is set without Password; set both, or neither');
  if (password && !username)
    report(
      mail.written(given ? 'Password' : 'PasswordFile'),
      'is set without Username; set both, or neither',
    );
}
