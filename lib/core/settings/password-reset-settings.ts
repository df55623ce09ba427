import { readSetting } from './read-setting.js';
import type { ResolvedPasswordResetSettings } from './resolved-mail-settings.js';
import type { SettingParser } from './setting-parsers.js';
import { absoluteHttpUri, cultures, number, timeSpan } from './setting-parsers.js';
import type { SettingsSection } from './settings-section.js';

const THREE_HOURS = 10_800;
const AGENT_SECTIONS = ['NotificationSettings', 'TokenBuildingSettings', 'TwoFactorSettings'] as const;

/** Whether a section is the Agent's `PasswordResetSettings`. */
export function isPasswordResetSection(section: SettingsSection): boolean {
  return AGENT_SECTIONS.some(name => section.value(name) !== undefined);
}

/** Reads the Agent's section into what the reset mail needs, reporting each problem. */
export function readPasswordReset(
  section: SettingsSection,
  report: (key: string, message: string) => void,
): ResolvedPasswordResetSettings {
  for (const name of AGENT_SECTIONS) {
    if (section.value(name) !== undefined && !section.section(name))
      report(section.written(name), 'must be an object with settings');
  }
  const notification = section.section('NotificationSettings');
  const token = section.section('TokenBuildingSettings');
  const twoFactor = section.section('TwoFactorSettings');
  notification?.reportUnreadable('NotificationSettings', report);
  token?.reportUnreadable('TokenBuildingSettings', report);
  twoFactor?.reportUnreadable('TwoFactorSettings', report);
  return complete({
    applicationUri: readSetting(twoFactor, 'ApplicationUri', absoluteHttpUri, report),
    resetConfirmationUri: readSetting(twoFactor, 'ResetConfirmationUri', absoluteHttpUri, report),
    validFor: readSetting(token, 'ValidFor', timeSpan, report),
    cultures: readSetting(notification, 'Cultures', cultures, report),
  });
}

/** Reads `passwordReset` of settings that were resolved before or written in code. */
export function readResolvedPasswordReset(
  section: SettingsSection,
  report: (key: string, message: string) => void,
): ResolvedPasswordResetSettings {
  section.reportUnreadable('passwordReset', report);
  const duration: SettingParser<number> = value =>
    typeof value === 'number' ? number({ min: 1, max: 1e10 })(value) : timeSpan(value);
  return complete({
    applicationUri: readSetting(section, 'applicationUri', absoluteHttpUri, report),
    resetConfirmationUri: readSetting(section, 'resetConfirmationUri', absoluteHttpUri, report),
    validFor: readSetting(section, 'validFor', duration, report),
    cultures: readSetting(section, 'cultures', cultures, report),
  });
}

function complete(found: {
  applicationUri: string | undefined;
  resetConfirmationUri: string | undefined;
  validFor: number | undefined;
  cultures: string[] | undefined;
}): ResolvedPasswordResetSettings {
  return Object.freeze({
    ...(found.applicationUri !== undefined && { applicationUri: found.applicationUri }),
    ...(found.resetConfirmationUri !== undefined && { resetConfirmationUri: found.resetConfirmationUri }),
    validFor: found.validFor ?? THREE_HOURS,
    cultures: Object.freeze(found.cultures ?? ['en']),
  });
}
