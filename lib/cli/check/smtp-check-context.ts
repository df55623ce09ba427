import type { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import type { ResolvedMailSettings } from '../../core/settings/resolved-mail-settings.js';
import type { DiagnosisStep } from './diagnosis-step.js';

/** What the steps of looking at an SMTP server work with. */
export interface SmtpCheckContext {
  readonly settings: ResolvedMailSettings;
  readonly host: string;
  /** The name of a setting as the administrator wrote it. */
  readonly named: (key: string) => string;
  /** Certificates (PEM) of the authorities that servers are trusted by. @default those that Node.js knows */
  readonly authorities?: readonly string[] | undefined;
  /** Ends everything. */
  readonly signal: AbortSignal;
  /** Ends our own look, also when its time is over. */
  readonly patience: AbortSignal;
  /** Why the application cannot send, as the module's own check has found it; undefined when it can. */
  readonly verdict: MailDeliveryError | undefined;
  /**
   * Tells of a step that has ended. What our look finds bad counts only as far as the module's check has found it bad
   * too, unless it is `beyond` what that check looks at.
   */
  readonly tell: (step: DiagnosisStep, beyond?: boolean) => void;
}
