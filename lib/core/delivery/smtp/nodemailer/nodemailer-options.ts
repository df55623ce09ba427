import type { SMTPConnectionAuth, SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import type { OAuth2Auth } from '../login/oauth2/oauth2-auth.js';

/** What the settings, or this package, decide; it cannot be given in code. */
export type DecidedSmtpOption =
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
  | 'socket'
  | 'connectionTimeout'
  | 'greetingTimeout'
  | 'dnsTimeout'
  | 'socketTimeout'
  | 'socketCloseTimeout';

/** The options of nodemailer's connection that may be given in code. */
export type NodemailerOptions = Omit<SMTPConnectionOptions, DecidedSmtpOption>;

/**
 * Credentials: an access token, and how it is got, or what a mechanism wants: anything, but a function that gets a token has
 * its type there, too.
 */
export type NodemailerAuth = OAuth2Auth | (SMTPConnectionAuth & Pick<OAuth2Auth, 'accessToken'>);
