import { clearLoginWarning } from '../delivery/smtp/login/clear-login-warning.js';
import { protectionWarnings } from '../delivery/smtp/protection-warnings.js';
import type { SmtpOptions } from '../delivery/smtp/smtp-options.js';
import type { ResolvedMailSettings } from '../settings/resolved-mail-settings.js';

/** What a start knows of the SMTP connections of a mailer. */
export interface ProtectionContext {
  /** The settings of the mailer; undefined where another delivery takes their place. */
  readonly main: ResolvedMailSettings | undefined;
  /** The settings of the fallback; undefined when none is used. */
  readonly fallback: ResolvedMailSettings | undefined;
  readonly smtp: SmtpOptions | undefined;
}

/** What is to be said at start of protection that is switched off, beside the settings' own warnings; nothing where no mail leaves by SMTP. */
export function protectionAtStart({ main, fallback, smtp = {} }: ProtectionContext): string[] {
  const ofMain = connects(main) ? clearLoginWarning(main, smtp) : undefined;
  // A login in code is for the server of the main settings alone.
  const ofFallback = connects(fallback)
    ? clearLoginWarning(fallback, { ...smtp, auth: undefined })
    : undefined;
  return [
    ...(connects(main) || connects(fallback) ? protectionWarnings(smtp.tls, process.env) : []),
    ...(ofMain === undefined ? [] : [ofMain]),
    ...(ofFallback === undefined ? [] : [`fallback: ${ofFallback}`]),
  ];
}

function connects(settings: ResolvedMailSettings | undefined): settings is ResolvedMailSettings {
  return settings?.enabled === true && settings.delivery === 'smtp';
}
