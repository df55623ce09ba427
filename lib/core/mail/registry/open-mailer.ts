import type { MailerEnd } from '../../sending/mailer-end.js';
import type { MailerLifetime } from '../../sending/mailer-lifetime.js';
import type { ResolvedMailSettings } from '../../settings/resolved-mail-settings.js';
import type { TemplateRenderer } from '../../templates/template-renderer.js';
import type { MailModuleOptions } from '../mail.module-options.js';
import type { MailService } from '../mail.service.js';

/** One mailer of a registry. */
export interface OpenMailer {
  readonly key: string;
  readonly service: MailService;
  /** Its options, those of the registry among them; `name` is its key. */
  readonly options: MailModuleOptions;
  readonly settings: ResolvedMailSettings;
  /** Equal for equal settings and options; undefined when they must not be taken for others. */
  readonly fingerprint: string | undefined;
  readonly lifetime: MailerLifetime;
  /** The renderer of the application that is asked first; undefined where there is none. */
  readonly ownRenderer: TemplateRenderer | undefined;
}

/** What is wanted of a key: a mailer with certain settings. */
export interface MailerRequest {
  readonly fingerprint: string | undefined;
  /**
   * Checks everything and makes the mailer.
   *
   * @throws MailError
   */
  make(): Promise<OpenMailer>;
}

/** Ends a mailer in good order, for a reason that those who hold it are told. */
export type EndMailer = (mailer: OpenMailer, end: MailerEnd) => Promise<void>;
