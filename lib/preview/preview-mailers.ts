import type { MailModuleOptions } from '../core/mail/mail.module-options.js';
import type { MailService } from '../core/mail/mail.service.js';
import type { ResolvedMailSettings } from '../core/settings/resolved-mail-settings.js';

/** One mailer of the application, as the preview uses it. */
export interface PreviewMailer {
  /** Its option `name`; undefined for the one without a name. */
  readonly name: string | undefined;
  readonly service: MailService;
  readonly options: MailModuleOptions;
  readonly settings: ResolvedMailSettings;
}

/** The mailers of the application, as they are at the moment; empty where there is no application. */
export type PreviewMailers = () => readonly PreviewMailer[];
