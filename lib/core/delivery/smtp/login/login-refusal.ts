import { isLoopbackHost } from '../../../settings/tls-mode.js';
import type { SmtpDeliveryOptions } from '../smtp-options.js';
import { clearPasswordRefused } from '../tls-advice.js';

/** The mechanisms by which nodemailer can hand over a password. */
const FOR_PASSWORDS: ReadonlySet<string> = new Set(['PLAIN', 'LOGIN', 'CRAM-MD5']);

/** What a connection offers for a login. */
export interface LoginOffer {
  /** Whether the connection is encrypted. */
  readonly secure: boolean;
  /** Whether the server offers AUTH (RFC 4954). */
  readonly allowsAuth: boolean;
  /** The mechanisms that the server offers, in capitals. */
  readonly mechanisms: readonly string[];
}

/** Why no login is tried over a connection. */
export interface LoginRefusal {
  readonly code: 'EMAILTLS' | 'EMAILAUTH';
  readonly phase: 'tls' | 'auth';
  /** Sentence without its full stop. */
  readonly reason: string;
}

/** Whether sessions log in: the settings have a user, or code has given credentials. */
export function hasCredentials({ settings, extra }: SmtpDeliveryOptions): boolean {
  return settings.username !== undefined || extra.auth !== undefined;
}

/** Why the credentials must not be sent over a connection; undefined when they may. */
export function loginRefusal(options: SmtpDeliveryOptions, offer: LoginOffer): LoginRefusal | undefined {
  const { settings } = options;
  const server = `${settings.host}:${settings.port}`;
  if (!offer.secure && !allowsClearCredentials(options))
    return { code: 'EMAILTLS', phase: 'tls', reason: clearPasswordRefused(settings) };
  if (!offer.allowsAuth)
    return {
      code: 'EMAILAUTH',
      phase: 'auth',
      reason: `${server} offers no authentication, but Username is set; nothing is sent unauthenticated. Remove Username and Password, or check Port and SecureSocketOption`,
    };
  const missing = missingMechanism(options, offer.mechanisms);
  if (missing === undefined) return undefined;
  return { code: 'EMAILAUTH', phase: 'auth', reason: `${server} ${missing}` };
}

/** Whether credentials may cross a clear connection: the administrator wrote None, or nothing leaves this machine. */
function allowsClearCredentials({ settings }: SmtpDeliveryOptions): boolean {
  return settings.secureSocketOption === 'None' || isLoopbackHost(settings.host ?? '');
}

/** Why a server cannot be given the password; undefined when it can. nodemailer would hand it over by PLAIN, unasked. */
function missingMechanism(
  { extra: { auth } }: SmtpDeliveryOptions,
  offered: readonly string[],
): string | undefined {
  // Tokens, or what the developer has chosen.
  if (auth && (/^oauth2$/i.test(auth.type ?? '') || ('method' in auth && auth.method))) return undefined;
  // A server that does not say which may know any of them.
  if (offered.length === 0 || offered.some(name => FOR_PASSWORDS.has(name))) return undefined;
  return `offers no authentication by a password (it offers ${[...new Set(offered)].join(', ')}); the password was not sent`;
}
