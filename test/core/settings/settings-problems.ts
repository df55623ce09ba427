import type { MailSettingsProblem } from '../../../lib/core/errors/mail-settings-error.js';
import { MailSettingsError } from '../../../lib/core/errors/mail-settings-error.js';
import type { MailSettingsInput } from '../../../lib/core/settings/mail-settings.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';

/** The error that an action ends with; fails the test when it ends without one, or with another kind. */
export function settingsErrorOf(action: () => unknown): MailSettingsError {
  try {
    action();
  } catch (error) {
    if (error instanceof MailSettingsError) return error;
    throw error;
  }
  throw new Error('No MailSettingsError was thrown.');
}

/** The problems that resolving these settings reports; empty when they are fine. */
export function problemsOf(input: MailSettingsInput): readonly MailSettingsProblem[] {
  try {
    resolveMailSettings(input);
    return [];
  } catch (error) {
    if (error instanceof MailSettingsError) return error.problems;
    throw error;
  }
}

/** The least that sends by SMTP. */
export const SMTP = { FromAddress: 'no-reply@contoso.com', Host: 'smtp.contoso.com' } as const;

/** The least that writes into a pickup directory. */
export const PICKUP = { UseSpecifiedPickupDirectory: true, PickupDirectory: '/var/pickup' } as const;
