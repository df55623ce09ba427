import { visible } from '../../../redaction/printable.js';
import { likelyKey } from '../../../settings/nearest-key.js';
import { fields, notKnown } from '../../../settings/options/option-fields.js';
import { anyText, anything, callback, number, object, text } from '../../../settings/options/option-kinds.js';
import type { OptionReader, ReportOption } from '../../../settings/options/option-reader.js';
import { isOptionObject, kindOf } from '../../../settings/options/value-kind.js';
import type { NodemailerOAuth2 } from '../nodemailer/nodemailer-options.js';
import { isTokenLogin, loginWay, mechanismName, methodOf, TOKEN_MECHANISM } from './login-way.js';
import { PASSWORD_MECHANISMS } from './password-mechanisms.js';

/** Most unknown keys that are named, and characters of one. */
const MOST_NAMED = 10;
const LONGEST_SHOWN = 40;
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

/** Options of a login by a password. */
const PASSWORD_OPTIONS = ['type', 'user', 'pass', 'method', 'options', 'credentials', 'oauth2'];

/** Options that say nothing in a login by a password; an application that changes between both may leave them in. */
export const TOKEN_OPTIONS = Object.keys(OAUTH2_OPTIONS).filter(name => !PASSWORD_OPTIONS.includes(name));

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
 * Tells of a mechanism that nobody knows, and of keys that a login by a password does not have.
 *
 * @param auth the option `smtp.auth`, which {@link authOption} has taken
 * @param customAuth the option `smtp.customAuth`
 */
export function checkAuth(auth: object, customAuth: object, key: string, report: ReportOption): void {
  const way = loginWay(auth, customAuth);
  if (way === 'unknown') {
    const known = [...PASSWORD_MECHANISMS, TOKEN_MECHANISM, ...Object.keys(customAuth)];
    report(`${key}.method`, notKnown(String(methodOf(auth)).slice(0, LONGEST_SHOWN), known));
  }
  if (way !== 'password') return;
  const unknown = Object.keys(auth).filter(
    name =>
      !PASSWORD_OPTIONS.includes(name) &&
      !TOKEN_OPTIONS.includes(name) &&
      Reflect.get(auth, name) !== undefined,
  );
  for (const name of unknown.slice(0, MOST_NAMED)) {
    const shown = name.slice(0, LONGEST_SHOWN);
    const likely = likelyKey(shown, PASSWORD_OPTIONS);
    report(
      `${key}.${visible(shown)}`,
      likely === undefined ? notKnown(shown, PASSWORD_OPTIONS) : `is not known; did you mean ${likely}?`,
    );
  }
}

/** nodemailer does without a method where it is false or empty. */
function readTokenMethod(...[value, key, report]: Parameters<OptionReader>): unknown {
  const method = mechanismName(value);
  if (method === undefined || method === TOKEN_MECHANISM) return value;
  report(key, `must be "${TOKEN_MECHANISM}", but is ${kindOf(value)}`);
  return undefined;
}
