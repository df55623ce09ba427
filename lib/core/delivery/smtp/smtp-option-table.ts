import { isIP } from 'node:net';
import type { MailSettingsProblem } from '../../errors/mail-settings-error.js';
import { fields } from '../../settings/options/option-fields.js';
import {
  anyText,
  anything,
  callback,
  flag,
  kind,
  number,
  object,
  text,
} from '../../settings/options/option-kinds.js';
import type { OptionReader } from '../../settings/options/option-reader.js';
import { readOptions } from '../../settings/options/read-options.js';
import { isOptionObject } from '../../settings/options/value-kind.js';
import { DECIDED_SMTP_OPTIONS, FOREIGN_SMTP_OPTIONS } from './decided-options.js';
import { dkimOptions } from './dkim/dkim-option-table.js';
import type { NodemailerOAuth2 } from './nodemailer/nodemailer-options.js';
import { parseProxy, ProxyAddressError } from './parse-proxy.js';
import type { SmtpOptions } from './smtp-options.js';
import { tlsOptions } from './tls-option-table.js';

const MILLISECONDS = number({ min: 0, max: Infinity });

/** Every option of a login by an access token. */
const OAUTH2_OPTIONS = {
  type: text,
  user: anyText,
  clientId: anyText,
  clientSecret: anyText,
  refreshToken: anyText,
  accessUrl: text,
  accessToken: anyText,
  privateKey: anything,
  expires: MILLISECONDS,
  timeout: number({ min: 0, max: Infinity }),
  provisionCallback: callback,
  tls: object,
  serviceClient: anyText,
  serviceRequestTimeout: number({ min: 0, max: Infinity }),
  scope: text,
  component: text,
  customHeaders: object,
  requestTimeout: MILLISECONDS,
  customParams: object,
} as const satisfies Record<keyof NodemailerOAuth2, OptionReader>;

const oauth2 = fields(OAUTH2_OPTIONS);

/** A login. Only that by a token has keys that are all known: a mechanism of the application's own takes what it needs. */
const auth: OptionReader = (value, key, report) => {
  if (object(value, key, report) === undefined || !isOptionObject(value)) return undefined;
  if ('type' in value && /^oauth2$/i.test(String(value.type))) oauth2(value, key, report);
  else for (const name of ['type', 'user', 'pass']) if (name in value) optionalText(value, name, key, report);
  // As it was given: the application may renew a token in it.
  return value;
};

function optionalText(value: object, name: string, key: string, report: Parameters<OptionReader>[2]): void {
  const given: unknown = Reflect.get(value, name);
  if (given !== undefined) anyText(given, `${key}.${name}`, report);
}

const proxy: OptionReader = (value, key, report) => {
  try {
    parseProxy(value);
    return value;
  } catch (error) {
    if (!(error instanceof ProxyAddressError)) throw error;
    report(key, error.message);
    return undefined;
  }
};

/** Every option of the SMTP connection that can be given in code. */
const SMTP_OPTIONS = {
  auth,
  dkim: dkimOptions,
  proxy,
  maxMessages: number({ min: 1, max: Infinity, integer: true }),
  tls: tlsOptions,
  servername: text,
  name: text,
  localAddress: kind('an IP address of this machine', value => typeof value === 'string' && isIP(value) > 0),
  customAuth: object,
  maxResponseSize: number({ min: 1, max: Infinity }),
  allowInternalNetworkInterfaces: flag,
  component: text,
} as const satisfies Record<keyof SmtpOptions, OptionReader>;

/** Reads the option `smtp`. */
export const smtpOptions: OptionReader = fields(SMTP_OPTIONS, {
  ...FOREIGN_SMTP_OPTIONS,
  ...DECIDED_SMTP_OPTIONS,
});

/**
 * What is wrong with the option `smtp`, each with its path. Nothing is connected to, nothing is imported.
 *
 * @param key where the options stand. @default 'smtp'
 */
export function checkSmtpOptions(options: unknown, key = 'smtp'): readonly MailSettingsProblem[] {
  return options === undefined ? [] : readOptions(options, smtpOptions, key).problems;
}
