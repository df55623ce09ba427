import { tokenWarnings } from './oauth2/token-warnings.js';
import type { ResolvedMailSettings } from './resolved-mail-settings.js';
import type { SettingsSection } from './settings-section.js';

/** Servers of Microsoft that take no password from the end of December 2026 on, unless an administrator switches that back. */
const EXCHANGE_ONLINE: ReadonlySet<string> = new Set(['smtp.office365.com', 'smtp-mail.outlook.com']);

/** What an administrator should know of settings for signing in that work. */
export function signInWarnings(mail: SettingsSection, settings: ResolvedMailSettings): string[] {
  const { enabled, delivery, host = '', useDefaultCredentials } = settings;
  if (!enabled || delivery !== 'smtp') return [];
  const warnings: string[] = [];
  if (signsInByPassword(mail) && EXCHANGE_ONLINE.has(host.toLowerCase()))
    warnings.push(
      `${host} is signed in to with Username and Password; Exchange Online switches basic SMTP AUTH off by default at the end of December 2026; sign in with the setting OAuth2`,
    );
  if (mail.value('ServicePrincipal') !== undefined && !useDefaultCredentials)
    warnings.push(
      `${mail.written('ServicePrincipal')} is not used, as UseDefaultCredentials is not true; it is the name of the server for Kerberos`,
    );
  return [...warnings, ...tokenWarnings(mail.written('OAuth2'), settings)];
}

/** Whether a password is handed over: with a token of the application's own there is a user name alone. */
export function signsInByPassword(mail: SettingsSection): boolean {
  return (
    mail.value('Username') !== undefined &&
    ['Password', 'PasswordFile'].some(key => mail.value(key) !== undefined)
  );
}
