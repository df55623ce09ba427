import type { ResolvedDkimKey } from './dkim/dkim-setting.js';
import type { MaxRecipientsOverflow, PickupFormat, SecureSocketOption } from './mail-settings.js';
import type { ResolvedOAuth2 } from './oauth2/resolved-oauth2.js';

/** What the Agent's section says about reset mails. */
export interface ResolvedPasswordResetSettings {
  /** Address of the application, for the mail's text. */
  readonly applicationUri?: string;
  /** The page that takes the token; the URL-encoded token is appended. */
  readonly resetConfirmationUri?: string;
  /** Life of a reset link in seconds. @default 10800 */
  readonly validFor: number;
  /** Languages of the reset mail, in order. @default ['en'] */
  readonly cultures: readonly string[];
}

/** {@link MailSettings} after checking: typed, defaults applied, frozen. */
export interface ResolvedMailSettings {
  readonly enabled: boolean;
  /** The strategy that the settings choose; absent only when nothing is configured and `Enabled` is false. */
  readonly delivery?: 'smtp' | 'pickup';
  readonly fromAddress?: string;
  /** Default of the header field Reply-To. */
  readonly replyTo?: string;
  /** Default of the envelope sender. */
  readonly bounceAddress?: string;
  /** Host name or IP address; an absolute path when a directory stands in for it. */
  readonly host?: string;
  /** The port that will be used. */
  readonly port: number;
  /** The name in EHLO, in A-labels, or an address literal; absent when none is set, and so chosen for each connection. */
  readonly localDomain?: string;
  readonly username?: string;
  /** Also what `PasswordFile` holds. Not enumerable: neither `JSON.stringify` nor `inspect` shows it. */
  readonly password?: string;
  readonly useSpecifiedPickupDirectory: boolean;
  /** Absolute path. */
  readonly pickupDirectory?: string;
  readonly secureSocketOption: SecureSocketOption;
  readonly enableSsl: boolean;
  /** Sign in by Kerberos, as the account of the process. */
  readonly useDefaultCredentials: boolean;
  /** Name of the server's service for Kerberos; absent when the usual one for the host counts. */
  readonly servicePrincipal?: string;
  /** Sign in by an access token; absent when none is set. */
  readonly oAuth2?: ResolvedOAuth2;
  /** Normalised domains; `*.contoso.com` stands for its subdomains; empty means no limit. */
  readonly allowedDomains: readonly string[];
  readonly catchAllAddress?: string;
  readonly catchAllCCAddress?: string;
  readonly maxRecipients: number;
  readonly maxRecipientsOverflow: MaxRecipientsOverflow;
  readonly pickupFormat: PickupFormat;
  readonly pickupFileMode: number;
  readonly maxConnections: number;
  readonly maxMessagesPerSecond: number;
  /** Seconds. */
  readonly connectionTimeout: number;
  /** Seconds. */
  readonly socketTimeout: number;
  /** Seconds. */
  readonly dataTimeout: number;
  /** Seconds; 0 means none. */
  readonly sendTimeout: number;
  /** The keys that mails are signed with; absent when there are none. */
  readonly dkim?: readonly ResolvedDkimKey[];
  readonly passwordReset?: ResolvedPasswordResetSettings;
}
