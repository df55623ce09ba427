import type { MailSettingsProblem } from '../errors/mail-settings-error.js';
import { shownName } from '../redaction/may-be-secret.js';
import { visible } from '../redaction/printable.js';
import { nearestKey } from '../text/nearest-key.js';
import { REMEDIES } from '../text/remedies.js';
import { meantByForeignKey } from './foreign-keys.js';
import { meantOfOAuth2 } from './oauth2/oauth2-keys.js';
import { SETTING_KEYS } from './setting-table.js';
import type { SettingsSection } from './settings-section.js';

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
  'renderer',
  'hooks',
  'retry',
  'fallback',
  'allowAddressLiterals',
  'isGlobal',
  'imports',
  'name',
];

const MISPLACED = REMEDIES.optionAmongSettings.inCode;

/** What is said of keys that are not read, in settings that work. */
export function unreadKeyWarnings(mail: SettingsSection): string[] {
  const { misplaced, unknown } = unreadKeys(mail);
  const warnings = misplaced.map(key => `${key} ${MISPLACED}`);
  if (unknown.length > 0) {
    const named = unknown.map(key => {
      const meant = meantBy(key);
      return meant === undefined ? `"${shownKey(key)}"` : `"${shownKey(key)}" (did you mean ${meant}?)`;
    });
    warnings.push(`Unknown mail settings are ignored: ${named.join(', ')}`);
  }
  return warnings;
}

/**
 * Keys that are not read and may be why settings cannot be used: options in code, keys of other libraries, and those that were
 * meant for a key that is told of, or that goes with it: a misspelled Password is a problem of Username.
 *
 * @param problems what is wrong with the settings
 */
export function unreadKeyProblems(
  mail: SettingsSection,
  problems: readonly MailSettingsProblem[],
): MailSettingsProblem[] {
  const { misplaced, unknown } = unreadKeys(mail);
  const told = new Set(problems.flatMap(({ key, message }) => [key, ...(message.match(/\w+/g) ?? [])]));
  const blamed = unknown.flatMap(key => {
    const nearest = nearestKey(key, SETTING_KEYS);
    // A problem that names the key itself says already what is meant.
    const isBlamed = nearest !== undefined && told.has(nearest) && !told.has(key);
    const meant = meantByForeignKey(key) ?? (isBlamed ? nearest : undefined);
    if (meant === undefined) return [];
    return [{ key: shownKey(key), message: `is no mail setting, and is not read; did you mean ${meant}?` }];
  });
  return [...misplaced.map(key => ({ key, message: MISPLACED })), ...blamed];
}

function unreadKeys(mail: SettingsSection): { misplaced: string[]; unknown: string[] } {
  const unread = mail.keys().filter(key => !isKnown(key));
  const isOption = (key: string): boolean => OPTIONS_IN_CODE.includes(key);
  return { misplaced: unread.filter(isOption), unknown: unread.filter(key => !isOption(key)) };
}

function meantBy(key: string): string | undefined {
  return meantByForeignKey(key) ?? meantOfOAuth2(key) ?? nearestKey(key, SETTING_KEYS);
}

/** Nobody knows what stands in a name that is not known. */
function shownKey(key: string): string {
  return visible(shownName(key));
}

function isKnown(key: string): boolean {
  const folded = key.toLowerCase();
  return COMPANIONS.has(folded) || SETTING_KEYS.some(known => known.toLowerCase() === folded);
}
