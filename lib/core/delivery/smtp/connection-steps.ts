import type { Readable } from 'node:stream';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SMTPConnectionAuth } from 'nodemailer/lib/smtp-connection';
import type { SmtpLibraryError } from './nodemailer-error.js';

/** Envelope as nodemailer takes it. */
export interface SmtpEnvelope {
  readonly from: string;
  readonly to: string[];
  /** Octets, for the SIZE extension (RFC 1870). */
  readonly size?: number;
  /** Declares bytes beyond ASCII, where the server knows 8BITMIME (RFC 6152). */
  readonly use8BitMime?: boolean;
}

/** What nodemailer tells of a message that was taken. */
export interface SentInfo {
  readonly accepted: readonly string[];
  readonly rejectedErrors: readonly SmtpLibraryError[];
  readonly response: string;
}

/** Connects and greets. */
export function connectOver(connection: SMTPConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.connect(error => (error ? reject(error) : resolve()));
  });
}

/** Logs in. */
export function logInOver(connection: SMTPConnection, credentials: SMTPConnectionAuth): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.login(credentials, error => (error ? reject(error) : resolve()));
  });
}

/** Sends envelope and message. */
export function sendOver(
  connection: SMTPConnection,
  envelope: SmtpEnvelope,
  content: Readable,
): Promise<SentInfo> {
  return new Promise((resolve, reject) => {
    connection.send({ ...envelope }, content, (error, info) => {
      if (error) return reject(error);
      const { accepted, rejectedErrors, response } = info;
      resolve({ accepted: accepted.map(String), rejectedErrors: rejectedErrors ?? [], response });
    });
  });
}

/** Ends a transaction so that the connection can be used for the next one (RFC 5321 4.1.1.5). */
export function resetOver(connection: SMTPConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.reset(error => (error ? reject(error) : resolve()));
  });
}
