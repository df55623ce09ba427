import type { ResolvedMailSettings } from '../../settings/resolved-mail-settings.js';
import type { DkimOptions } from './dkim/dkim-options.js';
import type { DkimSigner } from './dkim/dkim-signer.js';
import type { KerberosTickets } from './login/kerberos/kerberos-tickets.js';
import type { TokenSource } from './login/oauth2/token-source.js';
import type { SignInFacts } from './login/sign-in-facts.js';
import type { NodemailerAuth, NodemailerOptions } from './nodemailer/nodemailer-options.js';
import type { ProxyAddress } from './proxy-address.js';

/** Further options of the SMTP connection, in code: what administrators do not decide. */
export type SmtpOptions = NodemailerOptions & {
  /** Signs messages (RFC 6376, RFC 8463). @default the setting Dkim */
  dkim?: DkimOptions;
  /**
   * `http://`, `https://` or `socks5://` address of a proxy, with a percent-encoded login where it wants one; SOCKS needs the
   * package `socks`. @default none
   */
  proxy?: string;
  /** Credentials other than those of the settings, such as `{ accessToken: () => … }`. @default the settings' own */
  auth?: NodemailerAuth;
  /**
   * Told of each refresh token by which the token endpoint has replaced the one before: store it for the next start. A shutdown
   * waits one second for what it returns. @default nobody is told
   */
  onRefreshToken?: (token: string) => unknown;
  /** Messages after which a connection is replaced. @default 100 */
  maxMessages?: number;
};

/** Everything an SMTP delivery is made of. */
export interface SmtpDeliveryOptions {
  readonly settings: ResolvedMailSettings;
  readonly extra: Omit<SmtpOptions, 'proxy'>;
  /** Gives the access tokens that connections sign in with. @default they sign in by something else */
  readonly tokens?: TokenSource;
  /** Gives the Kerberos tickets that connections sign in with. @default they sign in by something else */
  readonly tickets?: KerberosTickets;
  /** Signs what leaves. @default nothing is signed */
  readonly signer?: DkimSigner;
  /** The proxy that connections go through, in parts. @default none */
  readonly proxy?: ProxyAddress;
  /** Host name of the machine, for the name in EHLO. @default what the system says */
  readonly hostname?: string;
  /** Told of every conversation with the server, redacted. @default nobody is told */
  readonly trace?: SmtpTrace;
  /** Told what there is to tell of each sign-in: of a token before the server has answered it, of Kerberos afterwards. @default nobody is told */
  readonly onSignIn?: (facts: SignInFacts) => void;
  /** Told how many connections the server gives at a time, when that is fewer than `MaxConnections`. @default nobody is told */
  readonly onFewConnections?: (connections: number) => void;
}

/** Takes the conversation about one message, or that of a new connection when there is no Message-ID. */
export type SmtpTrace = (transcript: () => readonly string[], messageId?: string) => void;
