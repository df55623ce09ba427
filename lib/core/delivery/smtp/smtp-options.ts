import type { DKIMOptions } from 'nodemailer/lib/dkim';
import type { SMTPConnectionAuth, SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import type { XOAuth2Options } from 'nodemailer/lib/xoauth2';
import type { ResolvedMailSettings } from '../../settings/resolved-mail-settings.js';
import { isLoopbackHost, tlsMode } from '../../settings/tls-mode.js';

/** Octets of the largest reply that is read to its end. What is quoted of it is far shorter. */
const LARGEST_REPLY = 4 * 1024 * 1024;

const BEHIND_MS = 1000;

/** What the settings decide; it cannot be given in code. */
type DecidedBySettings =
  | 'host'
  | 'lmtp'
  | 'port'
  | 'secure'
  | 'secured'
  | 'requireTLS'
  | 'ignoreTLS'
  | 'opportunisticTLS'
  | 'logger'
  | 'debug'
  | 'transactionLog'
  | 'connection'
  | 'socket';

/** Further options of the SMTP connection, in code: what administrators do not decide. */
export type SmtpOptions = Omit<SMTPConnectionOptions, DecidedBySettings> & {
  /** Signs messages (RFC 6376). @default none */
  dkim?: DKIMOptions;
  /** `http://` or `socks5://` address of a proxy; SOCKS needs the package `socks`. @default none */
  proxy?: string;
  /** Credentials other than a password, such as `{ type: 'OAuth2', user, accessToken }`. @default the settings' Username and Password */
  auth?: ({ type: 'OAuth2' | 'oauth2' } & XOAuth2Options) | SMTPConnectionAuth;
  /** Messages after which a connection is replaced. @default 100 */
  maxMessages?: number;
};

/** Everything an SMTP delivery is made of. */
export interface SmtpDeliveryOptions {
  readonly settings: ResolvedMailSettings;
  readonly extra: SmtpOptions;
  /** Told of every conversation with the server, redacted. @default nobody is told */
  readonly trace?: SmtpTrace;
}

/** Takes the conversation about one message, or that of a new connection when there is no Message-ID. */
export type SmtpTrace = (transcript: () => readonly string[], messageId?: string) => void;

/** Whether the session logs in. */
export function hasCredentials({ settings, extra }: SmtpDeliveryOptions): boolean {
  return settings.username !== undefined || extra.auth !== undefined;
}

/** Whether credentials may cross a clear connection: the administrator wrote None, or nothing leaves this machine. */
export function clearCredentialsAllowed(settings: ResolvedMailSettings): boolean {
  return settings.secureSocketOption === 'None' || isLoopbackHost(settings.host ?? '');
}

/** The options of nodemailer's connection: the table of TLS modes, time-outs in milliseconds. */
export function connectionOptions(options: SmtpDeliveryOptions): SMTPConnectionOptions {
  const { settings, extra } = options;
  const { dkim: _dkim, proxy: _proxy, auth: _auth, maxMessages: _maxMessages, ...rest } = extra;
  const mode = tlsMode(settings.secureSocketOption, settings.port);
  // The session has one clock for all of this, and says what was late; nodemailer's clocks only stand behind it.
  const connectionTimeout = settings.connectionTimeout * 1000 + BEHIND_MS;
  return {
    maxResponseSize: LARGEST_REPLY,
    ...rest,
    host: settings.host ?? 'localhost',
    port: settings.port,
    secure: mode.implicit,
    ignoreTLS: !mode.implicit && mode.startTls === 'never',
    // The session refuses a connection that stays in clear; nodemailer would say STARTTLS to a server that knows no such thing.
    requireTLS: false,
    opportunisticTLS: false,
    connectionTimeout,
    greetingTimeout: connectionTimeout,
    dnsTimeout: connectionTimeout,
    socketTimeout: settings.socketTimeout * 1000,
    // A connection that is given up is cut at once: nothing of it may outlive a signal or a shutdown.
    socketCloseTimeout: 0,
    tls: { minVersion: 'TLSv1.2', ...rest.tls },
    lmtp: false,
    transactionLog: true,
    debug: false,
  };
}
