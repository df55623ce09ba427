import type { Certificate } from './certificates.js';

/** An SMTP reply: what a server says instead of 250. */
export interface SmtpReply {
  readonly code: number;
  /** The text after the code; may begin with an enhanced code such as `5.1.1`. */
  readonly message: string;
}

/** ESMTP extensions that a sink can leave out of its EHLO reply. */
export type HideableExtension = 'PIPELINING' | '8BITMIME' | 'SMTPUTF8' | 'SIZE';

/** How a MailSink behaves. */
export interface MailSinkOptions {
  /** The address that it listens on; default 127.0.0.1. */
  readonly host?: string;
  /** `none`: STARTTLS is not offered; `starttls`: offered; `implicit`: TLS before the greeting. Default `none`. */
  readonly tls?: 'none' | 'starttls' | 'implicit';
  /** The server's key and certificate; default: self-signed for localhost. */
  readonly certificate?: Certificate;
  /** Demands this login before MAIL and offers AUTH PLAIN LOGIN. */
  readonly auth?: { readonly user: string; readonly pass: string };
  /** Offers AUTH in clear too; without it a clear connection sees no AUTH and MAIL gets 530. */
  readonly allowInsecureAuth?: boolean;
  /** The refusal for a RCPT TO address, or undefined to take it. */
  readonly rejectRecipient?: (address: string) => SmtpReply | undefined;
  /** The refusal for a MAIL FROM address, or undefined to take it. */
  readonly rejectSender?: (address: string) => SmtpReply | undefined;
  /** The refusal after the final dot, or undefined to take the message. */
  readonly rejectData?: () => SmtpReply | undefined;
  /** Offers SIZE with this limit and answers 552 to anything larger. */
  readonly size?: number;
  /** Time between the final dot and the reply; a function is asked for every message. */
  readonly delayDataMs?: number | (() => number);
  /** Extensions that are not offered. */
  readonly hideExtensions?: readonly HideableExtension[];
}
