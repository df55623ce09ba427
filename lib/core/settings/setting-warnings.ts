import { nearestKey } from './nearest-key.js';
import type { ResolvedMailSettings } from './resolved-mail-settings.js';
import { SETTING_KEYS } from './setting-table.js';
import type { SettingsSection } from './settings-section.js';
import { isLoopbackHost } from './tls-mode.js';

/** Keys that stand beside the settings: the parts of resolved settings and of the Agent's section. */
const COMPANIONS = new Set([
  'delivery',
  'passwordreset',
  'passwordresetsettings',
  'mailsettings',
  'notificationsettings',
  'tokenbuildingsettings',
  'twofactorsettings',
]);

/** What an administrator should know about settings that work. */
export function settingWarnings(mail: SettingsSection, settings: ResolvedMailSettings): string[] {
  const warnings: string[] = [];
  const unknown = mail.keys().filter(key => !isKnown(key));
  if (unknown.length > 0) {
    const named = unknown.map(key => {
      const nearest = nearestKey(key, SETTING_KEYS);
      return nearest === undefined ? `"${key}"` : `"${key}" (did you mean ${nearest}?)`;
    });
    warnings.push(`Unknown mail settings are ignored: ${named.join(', ')}`);
  }
  if (settings.enableSsl)
    warnings.push('EnableSsl is deprecated; write SecureSocketOption "StartTls" instead.');
  if (settings.enabled && settings.delivery === 'smtp' && clearPassword(settings)) {
    warnings.push(`The password for ${settings.host} is sent in clear, because SecureSocketOption is None.`);
  }
  return warnings;
}

function clearPassword(settings: ResolvedMailSettings): boolean {
  return (
    settings.username !== undefined &&
    settings.secureSocketOption === 'None' &&
    !isLoopbackHost(settings.host ?? '')
  );
}

function isKnown(key: string): boolean {
  const folded = key.toLowerCase();
  return COMPANIONS.has(folded) || SETTING_KEYS.some(known => known.toLowerCase() === folded);
}
