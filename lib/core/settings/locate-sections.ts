import { isPasswordResetSection } from './password-reset-settings.js';
import { SETTING_KEYS } from './setting-table.js';
import { defaultFilesWords, rememberedFilesWords } from './settings-files.js';
import { isRecord, SettingsSection } from './settings-section.js';

/** Where in the input the parts of the settings stand. */
export interface LocatedSections {
  readonly mail: SettingsSection;
  /** The Agent's section, when the input has one. */
  readonly agent?: SettingsSection;
  /** `passwordReset` of settings that were resolved before. */
  readonly passwordReset?: SettingsSection;
}

/** Finds the mail settings in any accepted shape: bare, the Agent's section, or a whole `appsettings.json`. */
export function locateSections(
  input: unknown,
  report: (key: string, message: string) => void,
): LocatedSections {
  if (!isRecord(input)) {
    const nowhere = input === undefined || input === null;
    const files = nowhere ? `; appsettings() looks for them ${defaultFilesWords()}` : '';
    report(
      'MailSettings',
      `are missing; give an object such as { "Host": "smtp.contoso.com", "FromAddress": "no-reply@contoso.com" }${files}`,
    );
    return { mail: new SettingsSection({}) };
  }
  const root = new SettingsSection(input);
  const agent = root.section('PasswordResetSettings') ?? (isPasswordResetSection(root) ? root : undefined);
  const mail = agent?.section('MailSettings') ?? root.section('MailSettings');
  if (mail) root.reportUnreadable('MailSettings', report);
  if (agent !== root) agent?.reportUnreadable('PasswordResetSettings', report);
  for (const name of ['PasswordResetSettings', 'MailSettings']) {
    if (root.value(name) !== undefined && !root.section(name))
      report(root.written(name), 'must be an object with settings');
  }
  if (agent && !mail) {
    report('MailSettings', 'are missing in the section of password reset settings');
    return { mail: new SettingsSection({}), agent };
  }
  const files = mail || agent ? undefined : rememberedFilesWords(input);
  if (files !== undefined && !SETTING_KEYS.some(key => root.value(key) !== undefined))
    report(
      'MailSettings',
      `are neither in the environment (as MailSettings__Host) nor in the files they were looked for in: ${files}`,
    );
  const resolved = (mail ?? root).section('passwordReset');
  return {
    mail: mail ?? root,
    ...(agent && { agent }),
    ...(!agent && resolved && { passwordReset: resolved }),
  };
}
