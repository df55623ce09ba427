import { materialOf } from './dkim/dkim-setting.js';
import { signingWarnings } from './dkim/signing-warnings.js';
import type { ResolvedMailSettings } from './resolved-mail-settings.js';
import type { SettingsSection } from './settings-section.js';
import { signInWarnings, signsInByPassword } from './sign-in-warnings.js';
import { isLoopbackHost } from './tls-mode.js';
import { unreadKeyWarnings } from './unread-keys.js';
import { valueWarnings } from './value-warnings.js';

/** What an administrator should know about settings that work. */
export function settingWarnings(mail: SettingsSection, settings: ResolvedMailSettings): string[] {
  const warnings = unreadKeyWarnings(mail);
  if (settings.enableSsl)
    warnings.push('EnableSsl is deprecated; write SecureSocketOption "StartTls" instead.');
  const clear = clearLogin(mail, settings);
  if (clear !== undefined) warnings.push(`${clear} for ${settings.host} is sent ${BECAUSE_NONE}.`);
  return [
    ...warnings,
    ...valueWarnings(mail, settings),
    ...signInWarnings(mail, settings),
    ...dkimWarnings(mail, settings),
  ];
}

function dkimWarnings(
  mail: SettingsSection,
  { dkim = [], enabled, delivery, fromAddress }: ResolvedMailSettings,
): string[] {
  const where = mail.written('Dkim');
  if (enabled && delivery === 'pickup' && mail.value('Dkim') !== undefined) return [readerSigns(where)];
  const keys = dkim.map(key => ({ ...key, ...materialOf(key) }));
  return signingWarnings(where, keys, fromAddress);
}

const READER_SIGNS = 'signs nothing that is written to a pickup directory';

/** Whether a warning says what {@link readerSigns} says. */
export function saysReaderSigns(warning: string): boolean {
  return warning.includes(READER_SIGNS);
}

/** What is said of signing where mails are written to a pickup directory. */
export function readerSigns(where: string): string {
  return `${where} ${READER_SIGNS}: whoever reads the files signs, as the relay of this package does by its own setting Dkim`;
}

const BECAUSE_NONE = 'in clear, because SecureSocketOption is None';

/** Whether a warning says that a login crosses the network in clear. */
export function saysClearLogin(warning: string): boolean {
  return warning.endsWith(BECAUSE_NONE) || warning.endsWith(`${BECAUSE_NONE}.`);
}

/** What of a login crosses the network in clear; a token is told of elsewhere. */
function clearLogin(mail: SettingsSection, settings: ResolvedMailSettings): string | undefined {
  const { enabled, delivery, host = '', secureSocketOption } = settings;
  if (!enabled || delivery !== 'smtp' || secureSocketOption !== 'None' || isLoopbackHost(host))
    return undefined;
  if (signsInByPassword(mail)) return 'The password';
  if (settings.username !== undefined && !settings.oAuth2) return 'The login';
  return settings.useDefaultCredentials ? 'The Kerberos ticket' : undefined;
}
