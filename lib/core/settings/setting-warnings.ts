import { shownName } from '../redaction/may-be-secret.js';
import { materialOf } from './dkim/dkim-setting.js';
import { signingWarnings } from './dkim/signing-warnings.js';
import { nearestKey } from './nearest-key.js';
import { meantOfOAuth2 } from './oauth2/oauth2-keys.js';
import type { ResolvedMailSettings } from './resolved-mail-settings.js';
import { SETTING_KEYS } from './setting-table.js';
import type { SettingsSection } from './settings-section.js';
import { signInWarnings, signsInByPassword } from './sign-in-warnings.js';
import { isLoopbackHost } from './tls-mode.js';

/** Keys that stand beside the settings: the schema for editors, the parts of resolved settings and of the Agent's section. */
const COMPANIONS = new Set([
  '$schema',
  'delivery',
  'passwordreset',
  'passwordresetsettings',
  'mailsettings',
  'notificationsettings',
  'tokenbuildingsettings',
  'twofactorsettings',
]);

/** Options of the module in code that are no settings; not those that are told as COMPANIONS. */
export const OPTIONS_IN_CODE: readonly string[] = [
  'smtp',
  'templates',
  'brand',
  'shutdownTimeoutMs',
  'pickup',
  'hooks',
  'retry',
  'fallback',
  'allowAddressLiterals',
  'isGlobal',
  'imports',
  'name',
];

/** What an administrator should know about settings that work. */
export function settingWarnings(mail: SettingsSection, settings: ResolvedMailSettings): string[] {
  const warnings: string[] = [];
  const misplaced = mail.keys().filter(key => !isKnown(key) && OPTIONS_IN_CODE.includes(key));
  for (const key of misplaced)
    warnings.push(
      `${key} is an option in code and no mail setting, and is ignored; give it beside the settings, in the second parameter of MailModule.forRoot`,
    );
  const unknown = mail.keys().filter(key => !isKnown(key) && !misplaced.includes(key));
  if (unknown.length > 0) {
    const named = unknown.map(key => {
      const nearest = meantOfOAuth2(key) ?? nearestKey(key, SETTING_KEYS);
      return nearest === undefined ? `"${shownName(key)}"` : `"${shownName(key)}" (did you mean ${nearest}?)`;
    });
    warnings.push(`Unknown mail settings are ignored: ${named.join(', ')}`);
  }
  if (settings.enableSsl)
    warnings.push('EnableSsl is deprecated; write SecureSocketOption "StartTls" instead.');
  const clear = clearLogin(mail, settings);
  if (clear !== undefined) warnings.push(`${clear} for ${settings.host} is sent ${BECAUSE_NONE}.`);
  return [...warnings, ...signInWarnings(mail, settings), ...dkimWarnings(mail, settings)];
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

function isKnown(key: string): boolean {
  const folded = key.toLowerCase();
  return COMPANIONS.has(folded) || SETTING_KEYS.some(known => known.toLowerCase() === folded);
}
