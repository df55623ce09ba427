import { modeWarnings } from '../core/delivery/pickup/permission-model.js';
import { protectionWarnings } from '../core/delivery/smtp/protection-warnings.js';
import type { ResolvedMailSettings } from '../core/settings/resolved-mail-settings.js';

/** What the environment has switched off of the protection of mails with these settings, or keeps from pickup files. */
export function environmentWarnings(settings: ResolvedMailSettings, env: NodeJS.ProcessEnv): string[] {
  const { enabled, delivery } = settings;
  return enabled && delivery === 'smtp' ? protectionWarnings({}, env) : modeWarnings(settings);
}
