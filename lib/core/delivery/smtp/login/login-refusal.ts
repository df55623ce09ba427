import type { SmtpDeliveryOptions } from '../smtp-options.js';
import { clearCredentialsRefused } from '../tls-advice.js';
import { GSSAPI } from './kerberos/gssapi.js';
import { tokenMechanismsOf } from './oauth2/token-mechanisms-of.js';
import { TOKEN_MECHANISMS } from './oauth2/token-mechanisms.js';
import { PASSWORD_MECHANISMS } from './password-mechanisms.js';
import type { SignInWay } from './sign-in-way.js';
import { signInWay } from './sign-in-way.js';

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

/** What must not cross a clear connection, for messages. */
const CREDENTIALS: Readonly<Record<SignInWay, string>> = {
  none: 'nothing',
  password: 'the password',
  token: 'the access token',
  kerberos: 'the Kerberos ticket',
  own: 'the password',
};
/** What an administrator has set for the login, and can take out. */
const SET_BY: Readonly<Record<SignInWay, { readonly setting: string; readonly remedy: string }>> = {
  none: { setting: 'Username is set', remedy: 'Remove Username and Password' },
  password: { setting: 'Username is set', remedy: 'Remove Username and Password' },
  token: { setting: 'a sign-in by an access token is set', remedy: 'Remove OAuth2' },
  kerberos: { setting: 'UseDefaultCredentials is set', remedy: 'Remove UseDefaultCredentials' },
  own: { setting: 'Username is set', remedy: 'Remove Username and Password' },
};

const SET_IN_CODE = { setting: 'smtp.auth is given in code', remedy: 'Remove smtp.auth' };

/** Why the credentials must not be sent over a connection; undefined when they may. */
export function loginRefusal(options: SmtpDeliveryOptions, offer: LoginOffer): LoginRefusal | undefined {
  const { settings } = options;
  const way = signInWay(options);
  const server = `${settings.host}:${settings.port}`;
  if (!offer.secure && !allowsClearCredentials(options, way, offer))
    return { code: 'EMAILTLS', phase: 'tls', reason: clearCredentialsRefused(settings, CREDENTIALS[way]) };
  const { setting, remedy } = options.extra.auth ? SET_IN_CODE : SET_BY[way];
  if (!offer.allowsAuth)
    return {
      code: 'EMAILAUTH',
      phase: 'auth',
      reason: `${server} offers no authentication, but ${setting}; nothing is sent unauthenticated. ${remedy}, or check Port and SecureSocketOption`,
    };
  const missing = missingMechanism(options, way, offer);
  if (missing === undefined) return undefined;
  return { code: 'EMAILAUTH', phase: 'auth', reason: `${server} ${missing}` };
}

/** Whether credentials may cross a clear connection: the administrator wrote None, or nothing leaves this machine. */
function allowsClearCredentials(
  { settings }: SmtpDeliveryOptions,
  way: SignInWay,
  { loopback }: LoginOffer,
): boolean {
  if (settings.secureSocketOption === 'None') return true;
  // A token is good at other servers, too: whoever listens on this machine may be somebody else.
  return way !== 'token' && loopback;
}

/** Why a server cannot be given the credentials; undefined when it can. */
function missingMechanism(
  options: SmtpDeliveryOptions,
  way: SignInWay,
  { mechanisms: offered, shownMechanisms }: LoginOffer,
): string | undefined {
  // A server that does not say which it knows may know any of them.
  if (offered.length === 0) return undefined;
  const offers = `it offers ${[...new Set(shownMechanisms)].join(', ')}`;
  switch (way) {
    case 'token': {
      const wanted = tokenMechanismsOf(options);
      if (offered.some(name => wanted.some(mechanism => mechanism === name))) return undefined;
      return `offers no sign-in by an access token with ${wanted.join(' or ')} (${offers}); no token was asked for. ${remedyForToken(options, offered)}`;
    }
    case 'kerberos':
      if (offered.includes(GSSAPI)) return undefined;
      return `offers no sign-in by Kerberos with ${GSSAPI} (${offers}). Remove UseDefaultCredentials, or let the server offer it`;
    case 'password':
      if (offered.some(name => PASSWORD_MECHANISMS.includes(name))) return undefined;
      return `offers no authentication by a password (${offers}); the password was not sent`;
    default:
      return undefined;
  }
}

/** A mechanism that is named keeps the other from being used. */
function remedyForToken({ extra: { auth } }: SmtpDeliveryOptions, offered: readonly string[]): string {
  if (TOKEN_MECHANISMS.some(name => offered.includes(name)))
    return `Remove ${auth ? 'method of smtp.auth' : 'Mechanism of the setting OAuth2'}`;
  const other = auth ? 'smtp.auth' : 'the setting OAuth2';
  return `Check Host and Port, let the server offer one of them, or sign in by something else than ${other}`;
}
