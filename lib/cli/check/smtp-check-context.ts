import type { SignInFacts } from '../../core/delivery/smtp/login/sign-in-facts.js';
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
  /** Ends our own questions to the server; fires also when their time is over. */
  readonly probeSignal: AbortSignal;
  /** Why the application cannot send, as the module's own check has found it; undefined when it can. */
  readonly verdict: MailDeliveryError | undefined;
  /** What that check has told of a sign-in by a token or by Kerberos. */
  readonly signIn: SignInFacts | undefined;
  /** Whether the token endpoint has given that check another refresh token. */
  readonly isRefreshTokenReplaced: boolean;
  /**
   * Reports a step that has ended. A failed step is a warning when the application's check has succeeded, unless it is
   * `beyond` what that check asks for.
   */
  readonly tell: (step: DiagnosisStep, beyond?: boolean) => void;
}
