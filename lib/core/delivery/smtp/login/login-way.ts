import { TOKEN_MECHANISMS } from './oauth2/token-mechanisms.js';
import { PASSWORD_MECHANISMS } from './password-mechanisms.js';

/** Every mechanism that can be named in code without a handler for it. */
export const NAMED_MECHANISMS: readonly string[] = [...PASSWORD_MECHANISMS, ...TOKEN_MECHANISMS];

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
  const method = methodOf(auth);
  if (isTokenLogin(auth)) return own.includes(method ?? TOKEN_MECHANISMS[0] ?? '') ? 'own' : 'token';
  if (method === undefined ? own.length > 0 : own.includes(method)) return 'own';
  if (method !== undefined && !NAMED_MECHANISMS.includes(method)) return 'unknown';
  return Reflect.get(auth, 'oauth2') === undefined ? 'password' : 'own';
}

/** Whether code logs in by an access token: its type says so, or it gives a function that gets one. */
export function isTokenLogin(auth: object): boolean {
  const type: unknown = Reflect.get(auth, 'type');
  if (typeof type === 'string' && /^oauth2$/i.test(type)) return true;
  return type === undefined && typeof Reflect.get(auth, 'accessToken') === 'function';
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
