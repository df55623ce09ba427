import type { MailSettingsProblem } from '../errors/mail-settings-error.js';
import { hiddenWords, mayBeKey, mayBeSecretPath } from '../redaction/may-be-secret.js';
import type { DkimItem } from './dkim/dkim-setting.js';
import { DKIM_KEYS, itemsOf } from './dkim/dkim-setting.js';
import { locateSections } from './locate-sections.js';
import type { ResolvedMailSettings } from './resolved-mail-settings.js';
import type { SettingOrigin } from './setting-origins.js';
import type { SettingKey } from './setting-table.js';
import { SETTING_KEYS, SETTING_TABLE } from './setting-table.js';
import { isRecord, SettingsSection } from './settings-section.js';

/** Stands for a secret; says nothing of its length. */
const MASK = '********';

/** One setting: what it comes to, and why. */
export interface ExplainedSetting {
  /** Name as the documentation has it. */
  readonly key: string;
  /** Name as the administrator wrote it; undefined when it is not set. */
  readonly written?: string;
  /** The value that is used; secrets are masked; undefined when there is none. */
  readonly value?: string | number | boolean | readonly string[];
  /** Where it was written; empty for a default. */
  readonly origins: readonly SettingOrigin[];
  /** Where it was written as nothing, so that the default counts. */
  readonly cleared?: readonly SettingOrigin[];
  /** What else there is to say of it. */
  readonly note?: string;
}

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
  const resolved = new Map<string, unknown>(Object.entries(settings));
  const rows = SETTING_KEYS.flatMap(key => {
    const raw = values.mail.value(key);
    if (key === 'Dkim' && typeof raw === 'object') return dkimRows(given, values.mail, written.mail, wrong);
    const secret = key === 'Password' && raw !== undefined;
    const unusable = raw !== undefined && wrong.has(key.toLowerCase());
    // What is not used is not read either.
    const asWritten = isUnread(key, settings) || key === 'PasswordFile';
    const read = asWritten && raw !== undefined ? raw : resolved.get(inCode(key));
    const value = secret ? MASK : unusable ? undefined : shownValue(key, hiding(key, read));
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

/** A row for each setting of each key of `Dkim`. */
function dkimRows(
  { settings }: SettingsToExplain,
  values: SettingsSection,
  written: SettingsSection,
  wrong: ReadonlySet<string>,
): ExplainedSetting[] {
  const origins = new Map(itemsOf(written.value('Dkim')).map(({ path, item }) => [path, item]));
  const items = itemsOf(values.value('Dkim'));
  return items.flatMap(({ path, item }: DkimItem) => {
    const section = new SettingsSection(isRecord(item) ? item : {});
    const places = origins.get(path);
    const from = new SettingsSection(isRecord(places) ? places : {});
    const lead = path === '' ? 'Dkim' : `Dkim.${path}`;
    return DKIM_KEYS.filter(key => section.value(key) !== undefined).map(key => {
      const own = `${values.written('Dkim')}${lead.slice('Dkim'.length)}.${section.written(key)}`;
      const unusable = wrong.has(own.toLowerCase());
      const value =
        key === 'PrivateKey'
          ? MASK
          : unusable
            ? undefined
            : shownValue('Dkim', hiding(key, section.value(key)));
      const note = unusable ? 'cannot be used' : noteOf('Dkim', settings, item);
      return {
        key: `${lead}.${key}`,
        written: own,
        ...(value !== undefined && { value }),
        origins: asOrigins(from.value(key)),
        ...(note !== undefined && { note }),
      };
    });
  });
}

function isUnread(key: SettingKey, { delivery, useSpecifiedPickupDirectory }: ResolvedMailSettings): boolean {
  if (delivery !== 'pickup' || !('smtpOnly' in SETTING_TABLE[key])) return false;
  return key !== 'Host' || useSpecifiedPickupDirectory;
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

function asOrigins(value: unknown): readonly SettingOrigin[] {
  return Array.isArray(value) ? (value as readonly SettingOrigin[]) : [];
}

/** The value of a setting that may not have been checked, as it is not used: a secret may stand in the wrong place. */
function hiding(key: SettingKey | (typeof DKIM_KEYS)[number], value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (key === 'Dkim') return MASK;
  if (key === 'Domain' || key === 'Selector') return mayBeKey(value) ? MASK : value;
  const hidden = key.endsWith('File') ? mayBeSecretPath(value) : hiddenWords(value) !== undefined;
  return hidden ? MASK : value;
}

function shownValue(key: SettingKey, value: unknown): ExplainedSetting['value'] {
  // An address that somebody took for a host name may hold a password.
  if (typeof value === 'string' && /^[a-z][a-z0-9+.-]*:\/\/[^/]*@/i.test(value.trim())) return MASK;
  if (key === 'PickupFileMode' && typeof value === 'number') return value.toString(8).padStart(4, '0');
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(String);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : undefined;
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
  if (key === 'Port' && raw !== undefined && Number(raw) === 0) return 'what 0 means';
  return undefined;
}
