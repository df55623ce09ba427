import { PASSWORD_MECHANISMS } from './password-mechanisms.js';

/** The mechanism by which an access token is handed over. */
export const TOKEN_MECHANISM = 'XOAUTH2';

/**
 * How code logs in: by an access token, by a user and a password, by what the application brings along, or by a mechanism
 * that nobody knows.
 */
export type LoginWay = 'token' | 'password' | 'own' | 'unknown';

/**
 * Finds out how code logs in.
 *
 * @param auth the option `smtp.auth`
 * @param customAuth the option `smtp.customAuth`: a handler of it takes what it needs
 */
export function loginWay(auth: object, customAuth: object): LoginWay {
  const own = Object.keys(customAuth).map(name => name.trim().toUpperCase());
  if (isTokenLogin(auth)) return own.includes(TOKEN_MECHANISM) ? 'own' : 'token';
  const method = methodOf(auth);
  if (method === undefined ? own.length > 0 : own.includes(method)) return 'own';
  if (method !== undefined && ![...PASSWORD_MECHANISMS, TOKEN_MECHANISM].includes(method)) return 'unknown';
  return Reflect.get(auth, 'oauth2') === undefined ? 'password' : 'own';
}

/** Whether the type says that code logs in by an access token. */
export function isTokenLogin(auth: object): boolean {
  const type: unknown = Reflect.get(auth, 'type');
  return typeof type === 'string' && /^oauth2$/i.test(type);
}

/** The mechanism that code names, in capitals; undefined when it names none. */
export function methodOf(auth: object): string | undefined {
  return mechanismName(Reflect.get(auth, 'method'));
}

/** The name of a mechanism, in capitals; undefined for what nodemailer takes for none: false and the empty text too. */
export function mechanismName(method: unknown): string | undefined {
  if (method === undefined || method === null || method === false || method === '') return undefined;
  return String(method).trim().toUpperCase();
}
