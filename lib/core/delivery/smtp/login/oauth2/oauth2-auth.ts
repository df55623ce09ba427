import type { KeyObject } from 'node:crypto';

/** What is handed to {@link AccessTokenFunction}. */
export interface AccessTokenCall {
  /** Whether the mail server has refused the last token: one from a cache would be of no use. */
  readonly renew: boolean;
  /** Ends with `ConnectionTimeout`, and with the mailer. */
  readonly signal: AbortSignal;
}

/** An access token of the application's own. */
export interface GivenAccessToken {
  readonly token: string;
  /** When it expires: a date, or milliseconds since 1970. @default what the token says, where it is a JWT, else 5 minutes */
  readonly expiresAt?: Date | number | null;
}

/** Gets an access token from the application's own identity library. Called once at a time, for all connections of a mailer. */
export type AccessTokenFunction = (
  call: AccessTokenCall,
) => string | GivenAccessToken | Promise<string | GivenAccessToken>;

/**
 * Sign-in by an access token, in code (RFC 7628, XOAUTH2). Administrators have the setting `OAuth2`. Where a field's name is
 * that of nodemailer's option, it means the same.
 */
export interface OAuth2Auth {
  /** Needed unless `accessToken` is a function. */
  type?: 'OAuth2' | 'oauth2';
  /** The mailbox. @default the setting Username */
  user?: string;
  /** Mechanism of SASL. @default what the server offers, XOAUTH2 before OAUTHBEARER */
  method?: 'XOAUTH2' | 'OAUTHBEARER' | false | undefined;
  /** The token, or a function that gets it. */
  accessToken?: string | AccessTokenFunction;
  /** When the text in `accessToken` expires, in milliseconds since 1970. @default not known */
  expires?: number;
  /** Seconds for which the text in `accessToken` can be used. @default not known */
  timeout?: number;
  /** Client of the token endpoint; goes with refreshToken. */
  clientId?: string;
  /** Secret of the client. @default none */
  clientSecret?: string;
  /** Refresh token that tokens are got with (RFC 6749 6). */
  refreshToken?: string;
  /** The token endpoint; https, or http on this machine. @default 'https://oauth2.googleapis.com/token' */
  accessUrl?: string;
  /** What the token is asked for. @default 'https://mail.google.com/' with serviceClient, else none */
  scope?: string;
  /** Service account that tokens are got with (RFC 7523 2.1). */
  serviceClient?: string;
  /** Private key of the service account: PEM, or a key of `node:crypto`. */
  privateKey?: string | Buffer | KeyObject | { key: string | Buffer; passphrase?: string };
  /** Seconds for which its assertion is good, 3600 at most. @default 300 */
  serviceRequestTimeout?: number;
  /** Gets a token from the application: `callback(error, token, expiresAt)`. `accessToken` as a function is shorter. */
  provisionCallback?: (
    user: string,
    renew: boolean,
    callback: (error: Error | null, accessToken?: string, expires?: number) => void,
  ) => void;
  /** Further header fields of the request for a token. @default none */
  customHeaders?: Readonly<Record<string, string>>;
  /** Further fields of its form. @default none */
  customParams?: Readonly<Record<string, string>>;
}
