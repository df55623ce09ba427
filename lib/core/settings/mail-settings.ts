import type { OAuth2GrantType, OAuth2Mechanism } from './oauth2/resolved-oauth2.js';

/** How the SMTP connection is secured, with the semantics of MailKit's SecureSocketOptions. */
export type SecureSocketOption = 'None' | 'Auto' | 'SslOnConnect' | 'StartTls' | 'StartTlsWhenAvailable';
/** What happens to recipients beyond `MaxRecipients`. */
export type MaxRecipientsOverflow = 'Drop' | 'Split' | 'Reject';
/** Dialect of the files in a pickup directory. */
export type PickupFormat = 'Iis' | 'Exchange';

/** A key that mails are signed with (RFC 6376, RFC 8463). Keys are matched in any case. */
export interface DkimSettings {
  /** The domain that signs; should be that of the author. */
  Domain: string;
  /** The name under which the public key is published: `<Selector>._domainkey.<Domain>`. */
  Selector: string;
  /** The private key in PEM (PKCS#8 or PKCS#1), RSA or Ed25519, without a passphrase; or PrivateKeyFile. */
  PrivateKey?: string;
  /** Path of a file that holds the private key; relative to the settings file. */
  PrivateKeyFile?: string;
}

/**
 * How an access token is got that is signed in with (RFC 6749, RFC 7523). Keys are matched in any case; each secret may stand
 * in a file instead, whose path is relative to the settings file.
 */
export interface OAuth2Settings {
  /**
   * `ClientCredentials`: the application itself, by a secret or a certificate. `RefreshToken`: a user who has agreed once.
   * `JwtBearer`: a service account.
   * @default by what is given: a RefreshToken, a PrivateKey without Certificate and ClientSecret, else ClientCredentials
   */
  GrantType?: OAuth2GrantType | (string & {});
  /** Directory (tenant) id of Microsoft Entra, or a domain name of it: sets TokenEndpoint and Scope for Exchange Online. */
  TenantId?: string;
  /** Address where tokens are asked for: https, or http on this machine. @default that of TenantId */
  TokenEndpoint?: string;
  /** What the token is asked for. @default that of Exchange Online with TenantId, else none */
  Scope?: string;
  /** Id of the application; with JwtBearer the service account. */
  ClientId?: string;
  /** Secret of the application. */
  ClientSecret?: string;
  /** Path of a file that holds the secret of the application. */
  ClientSecretFile?: string;
  /** Certificate of the application in PEM, instead of a secret; goes with PrivateKey. */
  Certificate?: string;
  /** Path of a file that holds the certificate, and may hold its key. */
  CertificateFile?: string;
  /** Private key in PEM, RSA of 2048 bits or more: that of the certificate, or of the service account. */
  PrivateKey?: string;
  /** Path of a file that holds the private key; also the JSON key file of a Google service account. */
  PrivateKeyFile?: string;
  /** Refresh token of the mailbox. */
  RefreshToken?: string;
  /** Path of a file that holds the refresh token. */
  RefreshTokenFile?: string;
  /** How the token is handed to the server. @default what the server offers */
  Mechanism?: OAuth2Mechanism | (string & {});
}

type Flag = boolean | 'true' | 'false' | (string & {});
type Numeric = number | (string & {});

/**
 * What an administrator writes in `appsettings.json` or in the environment. Keys are matched in any case, values may
 * be strings. docs/settings.md has them in a table.
 */
export interface MailSettings {
  /** Sender of every mail, `name <address>` allowed. Required, except with a pickup directory. */
  FromAddress?: string;
  /** Where answers go, of mails that do not say it themselves; `name <address>` allowed. @default to the author */
  ReplyTo?: string;
  /** Where reports of failed deliveries go: the sender in MAIL FROM, of which the mail shows nothing. @default the sender of the mail */
  BounceAddress?: string;
  /** Host name or IP address of the SMTP server; a directory path means the pickup directory. */
  Host?: string;
  /** TCP port; 0 chooses 465 with SslOnConnect, else 25. @default 0 */
  Port?: Numeric;
  /**
   * Name of this machine in EHLO: a host name, or an address literal such as `[192.0.2.1]`.
   * @default the machine's host name if it has a dot, else the domain of FromAddress, else the address of the connection
   */
  LocalDomain?: string;
  /** Login of the SMTP server, which goes with Password; with OAuth2 the mailbox that the token is for. */
  Username?: string;
  /** Username in .NET's other spelling. */
  UserName?: string;
  /** Password of the SMTP server; goes with Username. */
  Password?: string;
  /** Path of a file that holds the password; instead of Password, relative to the settings file. */
  PasswordFile?: string;
  /** Write files to PickupDirectory instead of connecting to a server. @default false */
  UseSpecifiedPickupDirectory?: Flag;
  /** Folder of the pickup directory; must exist and be writable. */
  PickupDirectory?: string;
  /** How the connection is secured; wins over EnableSsl. @default 'Auto' */
  SecureSocketOption?: SecureSocketOption | (string & {});
  /** @deprecated true means SecureSocketOption StartTls. @default false */
  EnableSsl?: Flag;
  /** Sign in by Kerberos as the account of the process, without Username and Password; needs the package `kerberos`. @default false */
  UseDefaultCredentials?: Flag;
  /**
   * Name of the server's service for Kerberos, such as `smtp@mail.contoso.com`.
   * @default 'smtp@' and the host; on Windows 'SMTPSVC/' and the host
   */
  ServicePrincipal?: string;
  /** Sign in with an access token, for the mailbox in Username and without a Password. @default no token */
  OAuth2?: OAuth2Input;
  /** false: nothing is sent, written or connected. @default true */
  Enabled?: Flag;
  /** Domains that mail may go to, separated by `;`, or an array. */
  AllowedDomains?: string | readonly string[];
  /** Receives all mail instead of the usual recipients. */
  CatchAllAddress?: string;
  /** Receives all mail as Cc. */
  CatchAllCCAddress?: string;
  /** Most recipients over To, Cc and Bcc together. @default 20 */
  MaxRecipients?: Numeric;
  /** What happens to the recipients beyond MaxRecipients. @default 'Drop' */
  MaxRecipientsOverflow?: MaxRecipientsOverflow | (string & {});
  /** Dialect of pickup files. @default 'Iis' */
  PickupFormat?: PickupFormat | (string & {});
  /** POSIX mode of a finished pickup file, as an octal string. @default '0640' */
  PickupFileMode?: Numeric;
  /** SMTP connections held at most. @default 5 */
  MaxConnections?: Numeric;
  /** Most messages per second over SMTP; 0 means no limit. @default 0 */
  MaxMessagesPerSecond?: Numeric;
  /** Seconds until a connection is greeted, secured and logged in. @default 30 */
  ConnectionTimeout?: Numeric;
  /** Seconds for each whole reply of the envelope, and without progress while the message is written. @default 60 */
  SocketTimeout?: Numeric;
  /** Seconds to wait for the whole reply to the final dot (RFC 5321 4.5.3.2.6). @default 600 */
  DataTimeout?: Numeric;
  /** Seconds for one whole send; 0 means none. @default 0 */
  SendTimeout?: Numeric;
  /** Signs what leaves by SMTP: one key, or several. @default nothing is signed */
  Dkim?: DkimInput | readonly DkimInput[];
}

/** The Agent's section of `appsettings.json`. */
export interface PasswordResetSettings {
  /** The mail settings of the Agent. */
  MailSettings?: MailSettings;
  /** `Cultures`: languages of the reset mail, in order. @default ['en'] */
  NotificationSettings?: { Cultures?: readonly string[] | string };
  /** `ValidFor`: life of a reset link, `HH:mm:ss`. @default '03:00:00' */
  TokenBuildingSettings?: { ValidFor?: string };
  /** Where the application is, and the page that takes the token (the token is appended to it). */
  TwoFactorSettings?: { ApplicationUri?: string; ResetConfirmationUri?: string };
}

type CamelCase<T> = { [K in keyof T as K extends string ? Uncapitalize<K> : K]?: T[K] };
type OAuth2Input = OAuth2Settings | CamelCase<OAuth2Settings>;
type DkimInput = DkimSettings | CamelCase<DkimSettings>;

/** Anything that holds mail settings: either spelling, the Agent's section, or a whole `appsettings.json`. */
export type MailSettingsInput =
  | MailSettings
  | CamelCase<MailSettings>
  | PasswordResetSettings
  | { MailSettings: MailSettings }
  | { PasswordResetSettings: PasswordResetSettings }
  | Readonly<Record<string, unknown>>;
