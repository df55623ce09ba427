import { MailSettingsError } from '../errors/mail-settings-error.js';
import type { CheckedMailSettings } from './checked-mail-settings.js';
import type { MailSettingsInput } from './mail-settings.js';
import { readMailSettings } from './read-mail-settings.js';
import type { ResolvedMailSettings } from './resolved-mail-settings.js';

/**
 * Checks and completes mail settings. Reads no file but those that `PasswordFile` and `PrivateKeyFile` name: whether a
 * pickup directory can be written is checked when the application starts.
 *
 * @param input bare mail settings in any key case, the Agent's section, or a whole `appsettings.json`
 * @returns frozen settings, typed and with defaults; password and private keys are not enumerable
 * @throws {@link MailSettingsError} `EMAILSETTINGS`, listing every problem at once
 */
export function resolveMailSettings<const S>(input: CheckedMailSettings<S>): ResolvedMailSettings;
export function resolveMailSettings(input: MailSettingsInput): ResolvedMailSettings {
  const { settings, problems } = readMailSettings(input);
  if (problems.length > 0) throw new MailSettingsError(problems);
  return settings;
}
