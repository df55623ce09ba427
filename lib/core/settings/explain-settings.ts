import type { MailSettingsProblem } from '../errors/mail-settings-error.js';
import { asOrigins, explainNested } from './explain-nested.js';
import type { ExplainedSetting } from './explained-setting.js';
import { locateSections } from './locate-sections.js';
import { NESTED_SETTINGS } from './nested-settings.js';
import type { ResolvedMailSettings } from './resolved-mail-settings.js';
import { servicePrincipalOf } from './service-principal-of.js';
import type { SettingKey } from './setting-table.js';
import { SETTING_KEYS, SETTING_TABLE } from './setting-table.js';
import type { SettingsSection } from './settings-section.js';
import { MASK, shownSetting } from './shown-setting.js';

/** What explains settings. */
export interface SettingsToExplain {
  /** What was handed to the reader. */
  readonly input: unknown;
  readonly settings: ResolvedMailSettings;
  /** What is wrong with them. */
  readonly problems: readonly MailSettingsProblem[];
  /** Trees of the same shape as the input: see `TracedSettings`. */
  readonly origins: unknown;
  readonly cleared: unknown;
}

/** The Agent's settings beside the mail settings: their section, and the name in the resolved ones. */
const AGENT_KEYS = [
  ['TwoFactorSettings', 'ApplicationUri', 'applicationUri'],
  ['TwoFactorSettings', 'ResetConfirmationUri', 'resetConfirmationUri'],
  ['TokenBuildingSettings', 'ValidFor', 'validFor'],
  ['NotificationSettings', 'Cultures', 'cultures'],
] as const;

/** Says of every setting what it comes to and where that was written, in the order of the documentation. */
export function explainSettings(given: SettingsToExplain): ExplainedSetting[] {
  const { settings } = given;
  const ignore = (): void => {};
  const values = locateSections(given.input, ignore);
  const written = locateSections(given.origins, ignore);
  const nothing = locateSections(given.cleared, ignore);
  const wrong = new Set(given.problems.map(({ key }) => key.toLowerCase()));
  const resolved = new Map<string, unknown>(Object.entries({ ...chosenService(settings), ...settings }));
  const rows = SETTING_KEYS.flatMap(key => {
    const raw = values.mail.value(key);
    const nested = typeof raw === 'object' ? NESTED_SETTINGS.get(key) : undefined;
    if (nested)
      return explainNested(
        {
          key,
          written: values.mail.written(key),
          value: raw,
          origins: written.mail.value(key),
          settings,
          wrong,
          note: noteOf(key, settings, raw),
        },
        nested,
      );
    const secret = key === 'Password' && raw !== undefined;
    const unusable = raw !== undefined && wrong.has(key.toLowerCase());
    // What is not used is not read either.
    const asWritten = isUnread(key, settings) || key === 'PasswordFile';
    const read = asWritten && raw !== undefined ? raw : resolved.get(inCode(key));
    const value = secret ? MASK : unusable ? undefined : shownValue(key, read);
    const note = unusable ? 'cannot be used' : noteOf(key, settings, raw);
    return row(key, value, values.mail, written.mail, nothing.mail, note);
  });
  const { passwordReset } = settings;
  if (!values.agent || !passwordReset) return rows;
  const own = AGENT_KEYS.map(([section, key, name]) => {
    const sections = [values, written, nothing].map(({ agent }) => agent?.section(section));
    return row(key, passwordReset[name], sections[0], sections[1], sections[2]);
  });
  return [...rows, ...own];
}

function isUnread(key: SettingKey, { delivery, useSpecifiedPickupDirectory }: ResolvedMailSettings): boolean {
  if (delivery !== 'pickup' || !('smtpOnly' in SETTING_TABLE[key])) return false;
  return key !== 'Host' || useSpecifiedPickupDirectory;
}

/** The service that a ticket is asked for where none is named. */
function chosenService(settings: ResolvedMailSettings): Pick<ResolvedMailSettings, 'servicePrincipal'> {
  const { delivery, useDefaultCredentials } = settings;
  return delivery === 'smtp' && useDefaultCredentials
    ? { servicePrincipal: servicePrincipalOf(settings) }
    : {};
}

/** `Host` is `host` in resolved settings. */
function inCode(key: SettingKey): string {
  return `${key.charAt(0).toLowerCase()}${key.slice(1)}`;
}

function row(
  key: string,
  value: ExplainedSetting['value'],
  values: SettingsSection | undefined,
  written: SettingsSection | undefined,
  nothing: SettingsSection | undefined,
  note?: string,
): ExplainedSetting {
  const isSet = values?.value(key) !== undefined;
  const origins = isSet ? asOrigins(written?.value(key)) : [];
  const cleared = isSet ? [] : asOrigins(nothing?.value(key));
  return {
    key,
    ...(isSet && values && { written: values.written(key) }),
    ...(value !== undefined && { value }),
    origins,
    ...(cleared.length > 0 && { cleared }),
    ...(note !== undefined && { note }),
  };
}

/** A setting whose parts were not written as an object is not shown: it may be one of its secrets. */
function shownValue(key: SettingKey, value: unknown): ExplainedSetting['value'] {
  if (NESTED_SETTINGS.has(key)) return typeof value === 'string' ? MASK : undefined;
  if (key === 'PickupFileMode' && typeof value === 'number') return value.toString(8).padStart(4, '0');
  return shownSetting(key, value);
}

function noteOf(key: SettingKey, settings: ResolvedMailSettings, raw: unknown): string | undefined {
  const { delivery, pickupDirectory } = settings;
  if (isUnread(key, settings)) return 'not used with a pickup directory';
  if (!settings.enabled && raw !== undefined && 'readsFiles' in SETTING_TABLE[key])
    return 'not read, as Enabled is false';
  if (delivery === 'pickup' && key === 'Host') return 'a directory: it is the pickup directory';
  if (key === 'PickupDirectory' && pickupDirectory !== undefined) {
    if (delivery === 'smtp') return 'not used, as UseSpecifiedPickupDirectory is not true';
    if (raw === undefined) return 'the directory in Host';
  }
  if (key === 'SecureSocketOption' && raw === undefined && settings.enableSsl) return 'what EnableSsl means';
  if (key === 'ServicePrincipal') return serviceNote(settings, raw);
  if (key === 'Port' && raw !== undefined && Number(raw) === 0) return 'what 0 means';
  return undefined;
}

function serviceNote(settings: ResolvedMailSettings, raw: unknown): string | undefined {
  const { useDefaultCredentials, servicePrincipal } = settings;
  if (useDefaultCredentials && raw === undefined) return 'the usual one for Host';
  if (raw === undefined) return undefined;
  if (!useDefaultCredentials) return 'not used, as UseDefaultCredentials is not true';
  const asked = servicePrincipalOf(settings);
  return asked === servicePrincipal ? undefined : `asked for as ${asked}`;
}
