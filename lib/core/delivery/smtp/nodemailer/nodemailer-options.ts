import type { SMTPConnectionAuth, SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import type { XOAuth2Options } from 'nodemailer/lib/xoauth2';

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

/** An access token, and how nodemailer renews it (RFC 7628). */
export type NodemailerOAuth2 = {
  type: 'OAuth2' | 'oauth2';
  /** The mechanism, of which there is one only. @default 'XOAUTH2' */
  method?: 'XOAUTH2' | false | undefined;
} & XOAuth2Options;

/** Credentials as nodemailer takes them: a token that it renews (RFC 7628), or what a mechanism wants. */
export type NodemailerAuth = NodemailerOAuth2 | SMTPConnectionAuth;
