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

type Flag = boolean | 'true' | 'false' | (string & {});
type Numeric = number | (string & {});

/**
 * What an administrator writes in `appsettings.json` or in the environment. Keys are matched in any case, values may
 * be strings. docs/settings.md has them in a table.
 */
export interface MailSettings {
  /** Sender of every mail, `name <address>` allowed. Required, except with a pickup directory. */
  FromAddress?: string;
  /** Host name or IP address of the SMTP server; a directory path means the pickup directory. */
  Host?: string;
  /** TCP port; 0 chooses 465 with SslOnConnect, else 25. @default 0 */
  Port?: Numeric;
  /**
   * Name of this machine in EHLO: a host name, or an address literal such as `[192.0.2.1]`.
   * @default the machine's host name if it has a dot, else the domain of FromAddress, else the address of the connection
   */
  LocalDomain?: string;
  /** Login of the SMTP server; goes with Password. */
  Username?: string;
  /** Login of the SMTP server in .NET's other spelling. */
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
  /** Refused when true: Node has no ambient Windows credentials. @default false */
  UseDefaultCredentials?: Flag;
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
type DkimInput = DkimSettings | CamelCase<DkimSettings>;

/** Anything that holds mail settings: either spelling, the Agent's section, or a whole `appsettings.json`. */
export type MailSettingsInput =
  | MailSettings
  | CamelCase<MailSettings>
  | PasswordResetSettings
  | { MailSettings: MailSettings }
  | { PasswordResetSettings: PasswordResetSettings }
  | Readonly<Record<string, unknown>>;
