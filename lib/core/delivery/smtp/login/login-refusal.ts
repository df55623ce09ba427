import type { SmtpDeliveryOptions } from '../smtp-options.js';
import { clearPasswordRefused } from '../tls-advice.js';
import { PASSWORD_MECHANISMS } from './password-mechanisms.js';

/** What a connection offers for a login. */
export interface LoginOffer {
  /** Whether the connection is encrypted. */
  readonly secure: boolean;
  /** Whether it ends on this machine, by the address of its socket and not by the name of the host. */
  readonly loopback: boolean;
  /** Whether the server offers AUTH (RFC 4954). */
  readonly allowsAuth: boolean;
  /** The mechanisms that the server offers, in capitals. */
  readonly mechanisms: readonly string[];
  /** The same for messages, redacted. */
  readonly shownMechanisms: readonly string[];
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

/**
 * Why the credentials must not be sent over a connection; undefined when they may. They cross a clear one only when the
 * administrator wrote None, or when nothing leaves this machine.
 */
export function loginRefusal(options: SmtpDeliveryOptions, offer: LoginOffer): LoginRefusal | undefined {
  const { settings } = options;
  const server = `${settings.host}:${settings.port}`;
  if (!offer.secure && !offer.loopback && settings.secureSocketOption !== 'None')
    return { code: 'EMAILTLS', phase: 'tls', reason: clearPasswordRefused(settings) };
  if (!offer.allowsAuth)
    return {
      code: 'EMAILAUTH',
      phase: 'auth',
      reason: `${server} offers no authentication, but Username is set; nothing is sent unauthenticated. Remove Username and Password, or check Port and SecureSocketOption`,
    };
  const missing = missingMechanism(options, offer);
  if (missing === undefined) return undefined;
  return { code: 'EMAILAUTH', phase: 'auth', reason: `${server} ${missing}` };
}

/** Why a server cannot be given the password; undefined when it can. */
function missingMechanism(
  { extra: { auth } }: SmtpDeliveryOptions,
  { mechanisms: offered, shownMechanisms }: LoginOffer,
): string | undefined {
  // Tokens, or what the developer has chosen.
  if (auth && (/^oauth2$/i.test(auth.type ?? '') || ('method' in auth && auth.method))) return undefined;
  // A server that does not say which may know any of them.
  if (offered.length === 0 || offered.some(name => PASSWORD_MECHANISMS.includes(name))) return undefined;
  return `offers no authentication by a password (it offers ${[...new Set(shownMechanisms)].join(', ')}); the password was not sent`;
}
