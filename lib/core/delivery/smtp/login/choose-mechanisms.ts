import type { SmtpDeliveryOptions } from '../smtp-options.js';
import type { PasswordCredentials } from './password-mechanisms.js';
import { PASSWORD_MECHANISMS, passwordMechanism } from './password-mechanisms.js';
import type { SaslMechanism } from './sasl-mechanism.js';

/**
 * Chooses the mechanisms for a login by a password, in the order in which they are tried: the one that code names, else
 * those that the server offers. A server that does not say which it knows is tried with PLAIN.
 *
 * @param offered the mechanisms that the server offers, in capitals
 * @returns undefined when the login is none by a password, or code has brought a mechanism of its own for it
 */
export function chosenMechanisms(
  options: SmtpDeliveryOptions,
  offered: readonly string[],
): SaslMechanism[] | undefined {
  const credentials = passwordCredentials(options);
  if (!credentials) return undefined;
  const { auth, customAuth } = options.extra;
  const method = auth && 'method' in auth && auth.method ? auth.method.trim().toUpperCase() : undefined;
  const known = PASSWORD_MECHANISMS.filter(name => offered.includes(name));
  const names = method !== undefined ? [method] : known.length > 0 ? known : ['PLAIN'];
  const own = Object.keys(customAuth ?? {}).map(name => name.trim().toUpperCase());
  if (names.some(name => own.includes(name))) return undefined;
  const mechanisms = names.map(name => passwordMechanism(name, credentials));
  return mechanisms.every(mechanism => mechanism !== undefined) ? mechanisms : undefined;
}

/** User and password of the settings, or of the option `smtp.auth`; undefined when code logs in by something else. */
function passwordCredentials({ settings, extra }: SmtpDeliveryOptions): PasswordCredentials | undefined {
  const { auth } = extra;
  if (!auth) return { user: settings.username ?? '', pass: settings.password ?? '' };
  const given: Readonly<Record<string, unknown>> = { ...auth };
  const nested: unknown = given['credentials'];
  const { user, pass }: Readonly<Record<string, unknown>> =
    typeof nested === 'object' && nested !== null ? { ...given, ...nested } : given;
  // nodemailer says what is missing.
  if (typeof user !== 'string' || typeof pass !== 'string' || user === '' || pass === '') return undefined;
  return given['oauth2'] === undefined ? { user, pass } : undefined;
}
