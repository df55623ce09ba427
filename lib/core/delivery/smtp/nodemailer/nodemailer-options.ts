import type { SMTPConnectionAuth, SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import type { XOAuth2Options } from 'nodemailer/lib/xoauth2';

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

/** The options of nodemailer's connection that may be given in code. */
export type NodemailerOptions = Omit<SMTPConnectionOptions, DecidedBySettings>;

/** Credentials as nodemailer takes them: a token that it renews (RFC 7628), or what a mechanism wants. */
export type NodemailerAuth = ({ type: 'OAuth2' | 'oauth2' } & XOAuth2Options) | SMTPConnectionAuth;
