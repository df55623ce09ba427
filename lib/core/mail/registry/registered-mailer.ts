import type { MailTelemetry } from '../../sending/mail-telemetry.js';
import type { MailerLifetime } from '../../sending/mailer-lifetime.js';

/** What a registry brings to each of its mailers. */
export interface RegisteredMailer {
  /** The key of the mailer as logs show it. */
  readonly label: string;
  readonly lifetime: MailerLifetime;
  /** One for all mailers: metrics name so many templates and cultures, however many mailers there are. */
  readonly telemetry: MailTelemetry;
}
