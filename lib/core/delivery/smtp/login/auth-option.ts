import { visible } from '../../../redaction/printable.js';
import { likelyKey } from '../../../settings/nearest-key.js';
import { fields, notKnown } from '../../../settings/options/option-fields.js';
import { anyText, anything, callback, number, object, text } from '../../../settings/options/option-kinds.js';
import type { OptionReader, ReportOption } from '../../../settings/options/option-reader.js';
import { isOptionObject, kindOf } from '../../../settings/options/value-kind.js';
import type { NodemailerOAuth2 } from '../nodemailer/nodemailer-options.js';
import { PASSWORD_MECHANISMS } from './password-mechanisms.js';

const TOKEN_MECHANISM = 'XOAUTH2';
const DURATION = number({ min: 0, max: Infinity });

/** Every option of a login by an access token. */
const OAUTH2_OPTIONS = {
  type: text,
  user: anyText,
  method: readTokenMethod,
  clientId: anyText,
  clientSecret: anyText,
  refreshToken: anyText,
  accessUrl: text,
  accessToken: anyText,
  privateKey: anything,
  expires: DURATION,
  timeout: DURATION,
  provisionCallback: callback,
  tls: object,
  serviceClient: anyText,
  serviceRequestTimeout: DURATION,
  scope: text,
  component: text,
  customHeaders: object,
  requestTimeout: DURATION,
  customParams: object,
} as const satisfies Record<keyof NodemailerOAuth2, OptionReader>;

/** Any one of them leads to a token. */
const TOKEN_SOURCES = ['accessToken', 'refreshToken', 'serviceClient', 'provisionCallback'];
/** Options of a login by a password. */
const PASSWORD_OPTIONS = ['type', 'user', 'pass', 'method', 'options', 'credentials', 'oauth2'];

/** Options that say nothing in a login by a password; an application that changes between both may leave them in. */
const TOKEN_OPTIONS = Object.keys(OAUTH2_OPTIONS).filter(name => !PASSWORD_OPTIONS.includes(name));

const oauth2 = fields(OAUTH2_OPTIONS);

/** Reads the types of what stands in `smtp.auth`. A mechanism of the application's own takes what it needs. */
export const authOption: OptionReader = (value, key, report) => {
  if (object(value, key, report) === undefined || !isOptionObject(value)) return undefined;
  let usable = true;
  const tell: ReportOption = (...problem) => {
    usable = false;
    report(...problem);
  };
  if (isTokenLogin(value)) oauth2(value, key, tell);
  else
    for (const name of ['type', 'user', 'pass']) {
      const given: unknown = Reflect.get(value, name);
      if (given !== undefined) anyText(given, `${key}.${name}`, tell);
    }
  // As it was given: the application may renew a token in it.
  return usable ? value : undefined;
};

/** Reads `smtp.customAuth`: the mechanisms of the application, by their names. */
export const customAuthOption: OptionReader = (value, key, report) => {
  if (object(value, key, report) === undefined || !isOptionObject(value)) return undefined;
  for (const [name, handler] of Object.entries(value)) callback(handler, `${key}.${name}`, report);
  return value;
};

/**
 * Tells what keeps a login from ever succeeding, whatever the server says: no password, no token, a mechanism that nobody knows.
 *
 * @param auth the option `smtp.auth`, which {@link authOption} has taken
 * @param customAuth the option `smtp.customAuth`: with a mechanism of its own the application needs no user and no password
 */
export function checkAuth(auth: object, customAuth: object, key: string, report: ReportOption): void {
  const own = Object.keys(customAuth).map(name => name.trim().toUpperCase());
  if (isTokenLogin(auth)) {
    if (!own.includes(TOKEN_MECHANISM)) checkToken(auth, key, report);
    return;
  }
  const method = methodOf(Reflect.get(auth, 'method'));
  if (method === undefined ? own.length > 0 : own.includes(method)) return;
  if (method !== undefined && ![...PASSWORD_MECHANISMS, TOKEN_MECHANISM].includes(method)) {
    report(`${key}.method`, notKnown(method.slice(0, 40), [...PASSWORD_MECHANISMS, TOKEN_MECHANISM, ...own]));
    return;
  }
  if (Reflect.get(auth, 'oauth2') === undefined) checkPassword(auth, key, report);
}

function checkToken(auth: object, key: string, report: ReportOption): void {
  if (!TOKEN_SOURCES.some(name => isGiven(auth, name)))
    report(key, `has neither an ${TOKEN_SOURCES.join(' nor a ')}; one of them must lead to a token`);
  else if (isGiven(auth, 'serviceClient'))
    for (const name of ['privateKey', 'user'])
      if (!isGiven(auth, name)) report(`${key}.${name}`, 'is missing; a login by serviceClient needs it');
}

function checkPassword(auth: object, key: string, report: ReportOption): void {
  const nested: unknown = Reflect.get(auth, 'credentials');
  const places = isOptionObject(nested) ? [auth, nested] : [auth];
  const missing = ['user', 'pass'].filter(name => !places.some(place => isGiven(place, name)));
  const unknown = Object.keys(auth).filter(
    name => !PASSWORD_OPTIONS.includes(name) && Reflect.get(auth, name) !== undefined,
  );
  const token = missing.length > 0 && unknown.some(name => TOKEN_OPTIONS.includes(name));
  const type: unknown = Reflect.get(auth, 'type');
  if (missing.length > 0 && (token || (typeof type === 'string' && /oauth/i.test(type)))) {
    report(`${key}.type`, 'must be "OAuth2" for a login by an access token');
    return;
  }
  for (const name of missing)
    report(`${key}.${name}`, 'is missing or empty; a login needs a user and a password');
  for (const name of unknown.filter(one => !TOKEN_OPTIONS.includes(one)).slice(0, 10)) {
    const likely = likelyKey(name, PASSWORD_OPTIONS);
    report(
      `${key}.${visible(name.slice(0, 40))}`,
      likely === undefined
        ? notKnown(name.slice(0, 40), PASSWORD_OPTIONS)
        : `is not known; did you mean ${likely}?`,
    );
  }
}

function isTokenLogin(auth: object): boolean {
  const type: unknown = Reflect.get(auth, 'type');
  return typeof type === 'string' && /^oauth2$/i.test(type);
}

function methodOf(method: unknown): string | undefined {
  if (method === undefined || method === null || method === false || method === '') return undefined;
  return String(method).trim().toUpperCase();
}

/** nodemailer does without a method where it is false or empty. */
function readTokenMethod(...[value, key, report]: Parameters<OptionReader>): unknown {
  const method = methodOf(value);
  if (method === undefined || method === TOKEN_MECHANISM) return value;
  report(key, `must be "${TOKEN_MECHANISM}", but is ${kindOf(value)}`);
  return undefined;
}

/** Whether a field has something in it. One with a getter may have it later. */
function isGiven(owner: object, name: string): boolean {
  const property = Object.getOwnPropertyDescriptor(owner, name);
  if (property?.get) return true;
  const value: unknown = Reflect.get(owner, name);
  return value !== undefined && value !== null && value !== '';
}
