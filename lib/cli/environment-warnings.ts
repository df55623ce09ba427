import { protectionWarnings } from '../core/delivery/smtp/protection-warnings.js';
import type { ResolvedMailSettings } from '../core/settings/resolved-mail-settings.js';

/** What the environment has switched off of the protection of mails with these settings; nothing where none leaves by SMTP. */
export function environmentWarnings(
  { enabled, delivery }: ResolvedMailSettings,
  env: NodeJS.ProcessEnv,
): string[] {
  return enabled && delivery === 'smtp' ? protectionWarnings({}, env) : [];
}
