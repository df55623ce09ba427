import { visible } from '../../../redaction/printable.js';
import { credentialProblem } from '../../../settings/credential-problem.js';
import { tokenEndpoint } from '../../../settings/oauth2/token-endpoint.js';
import { fields, notKnown } from '../../../settings/options/option-fields.js';
import {
  anyText,
  anything,
  callback,
  kind,
  number,
  object,
  text,
} from '../../../settings/options/option-kinds.js';
import type { OptionReader, ReportOption } from '../../../settings/options/option-reader.js';
import { isOptionObject, kindOf } from '../../../settings/options/value-kind.js';
import { SettingValueError } from '../../../settings/setting-parsers.js';
import { likelyKey } from '../../../text/nearest-key.js';
import { isTokenLogin, loginWay, mechanismName, methodOf, NAMED_MECHANISMS } from './login-way.js';
import type { OAuth2Auth } from './oauth2/oauth2-auth.js';
import { TOKEN_MECHANISMS } from './oauth2/token-mechanisms.js';

/** Most unknown keys that are named, and characters of one. */
const MOST_NAMED = 10;
const LONGEST_SHOWN = 40;
const TEXT_OR_FUNCTION = kind(
  'a text or a function',
  value => typeof value === 'string' || typeof value === 'function',
);
const DURATION = number({ min: 0, max: Infinity });

/** Every option of a login by an access token. */
const OAUTH2_OPTIONS = {
  type: text,
  user: credential,
  method: readTokenMethod,
  clientId: credential,
  clientSecret: credential,
  refreshToken: credential,
  accessUrl: endpoint,
  accessToken: tokenOrFunction,
  privateKey: anything,
  expires: DURATION,
  timeout: DURATION,
  provisionCallback: callback,
  serviceClient: credential,
  serviceRequestTimeout: DURATION,
  scope: text,
  customHeaders: headerFields,
  customParams: textsByName,
} as const satisfies Record<keyof OAuth2Auth, OptionReader>;

/** Options of nodemailer that have no meaning here. */
const ELSEWHERE = {
  tls: 'is not known; name an authority of your own for the token endpoint in NODE_EXTRA_CA_CERTS',
  requestTimeout: 'is not known; the setting ConnectionTimeout is the limit',
  component: 'is not known; nothing is logged under a name of its own',
};

/** Options of a login by a password. */
const PASSWORD_OPTIONS = ['type', 'user', 'pass', 'method', 'options', 'credentials', 'oauth2'];

/** Options that say nothing in a login by a password; an application that changes between both may leave them in. */
export const TOKEN_OPTIONS = Object.keys(OAUTH2_OPTIONS).filter(name => !PASSWORD_OPTIONS.includes(name));

const oauth2 = fields(OAUTH2_OPTIONS, ELSEWHERE);

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
    const known = [...NAMED_MECHANISMS, ...Object.keys(customAuth)];
    report(`${key}.method`, notKnown(String(methodOf(auth)).slice(0, LONGEST_SHOWN), known));
  }
  if (way !== 'password') return;
  checkLogin(auth, key, report);
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

/** User name and password also stand in `credentials`, where nodemailer takes them from too. */
function checkLogin(auth: object, key: string, report: ReportOption): void {
  const nested: unknown = Reflect.get(auth, 'credentials');
  for (const name of ['user', 'pass']) {
    visibleOnly(Reflect.get(auth, name), `${key}.${name}`, report);
    if (isOptionObject(nested)) visibleOnly(Reflect.get(nested, name), `${key}.credentials.${name}`, report);
  }
}

function credential(...[value, key, report]: Parameters<OptionReader>): unknown {
  return anyText(value, key, report) === undefined ? undefined : visibleOnly(value, key, report);
}

function tokenOrFunction(...[value, key, report]: Parameters<OptionReader>): unknown {
  return TEXT_OR_FUNCTION(value, key, report) === undefined ? undefined : visibleOnly(value, key, report);
}

function visibleOnly(...[value, key, report]: Parameters<OptionReader>): unknown {
  const problem = typeof value === 'string' ? credentialProblem(value) : undefined;
  if (problem === undefined) return value;
  report(key, problem);
  return undefined;
}

/** Who listens on the way would have the secrets. */
function endpoint(...[value, key, report]: Parameters<OptionReader>): unknown {
  try {
    return text(value, key, report) === undefined ? undefined : tokenEndpoint(value);
  } catch (error) {
    if (!(error instanceof SettingValueError)) throw error;
    report(key, error.message);
    return undefined;
  }
}

/** Texts by names, as the fields of a form or of a header. */
function textsByName(...[value, key, report]: Parameters<OptionReader>): unknown {
  if (object(value, key, report) === undefined || !isOptionObject(value)) return undefined;
  const entries = Object.entries(value).map(
    ([name, given]: [string, unknown]) => [name, asText(given)] as const,
  );
  for (const [name, given] of entries)
    if (typeof given !== 'string')
      report(`${key}.${visible(name.slice(0, LONGEST_SHOWN))}`, `must be a text, but is ${kindOf(given)}`);
  return Object.fromEntries(entries.filter(([, given]) => typeof given === 'string'));
}

/** What would fail with each request, in words of `fetch` that hold the value. */
function headerFields(...[value, key, report]: Parameters<OptionReader>): unknown {
  const given = textsByName(value, key, report);
  if (typeof given !== 'object' || given === null) return undefined;
  const header = new Headers();
  for (const [name, field] of Object.entries(given))
    try {
      header.append(name, String(field));
    } catch {
      report(`${key}.${visible(name.slice(0, LONGEST_SHOWN))}`, 'has characters that no header field has');
    }
  return given;
}

function asText(given: unknown): unknown {
  return typeof given === 'number' ? String(given) : given;
}

/** nodemailer does without a method where it is false or empty. */
function readTokenMethod(...[value, key, report]: Parameters<OptionReader>): unknown {
  const method = mechanismName(value);
  if (method === undefined || TOKEN_MECHANISMS.some(name => name === method)) return value;
  const words = TOKEN_MECHANISMS.map(name => `"${name}"`).join(' or ');
  report(key, `must be ${words}, but is ${kindOf(value)}`);
  return undefined;
}
