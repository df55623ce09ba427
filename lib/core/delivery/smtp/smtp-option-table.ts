import { isIP } from 'node:net';
import type { MailSettingsProblem } from '../../errors/mail-settings-error.js';
import { fields } from '../../settings/options/option-fields.js';
import { callback, flag, kind, number, text } from '../../settings/options/option-kinds.js';
import type { OptionReader } from '../../settings/options/option-reader.js';
import { readOptions } from '../../settings/options/read-options.js';
import { isOptionObject } from '../../settings/options/value-kind.js';
import { DECIDED_SMTP_OPTIONS, FOREIGN_SMTP_OPTIONS } from './decided-options.js';
import { dkimOptions } from './dkim/dkim-option-table.js';
import { authOption, checkAuth, customAuthOption } from './login/auth-option.js';
import { parseProxy, ProxyAddressError } from './parse-proxy.js';
import type { SmtpOptions } from './smtp-options.js';
import { TLS_OPTIONS, tlsOptions } from './tls-option-table.js';

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
export const SMTP_TABLE = {
  auth: authOption,
  dkim: dkimOptions,
  proxy,
  onRefreshToken: callback,
  maxMessages: number({ min: 1, max: Infinity, integer: true }),
  tls: tlsOptions,
  servername: text,
  name: text,
  localAddress: kind('an IP address of this machine', value => typeof value === 'string' && isIP(value) > 0),
  customAuth: customAuthOption,
  maxResponseSize: number({ min: 1, max: Infinity }),
  allowInternalNetworkInterfaces: flag,
  component: text,
} as const satisfies Record<keyof SmtpOptions, OptionReader>;

const readFields = fields(SMTP_TABLE, {
  ...Object.fromEntries(
    Object.keys(TLS_OPTIONS).map(name => [name, `stands in smtp.tls: tls: { ${name} }`] as const),
  ),
  ...FOREIGN_SMTP_OPTIONS,
  ...DECIDED_SMTP_OPTIONS,
});

/** Reads the option `smtp`. */
export const smtpOptions: OptionReader = (value, key, report) => {
  const read: unknown = readFields(value, key, report);
  if (!isOptionObject(read)) return read;
  const { auth, customAuth = {} }: Readonly<Record<string, unknown>> = { ...read };
  if (isOptionObject(auth) && isOptionObject(customAuth)) checkAuth(auth, customAuth, `${key}.auth`, report);
  return read;
};

/**
 * What is wrong with the option `smtp`, each with its path. Nothing is connected to, nothing is imported.
 *
 * @param key where the options stand. @default 'smtp'
 */
export function checkSmtpOptions(options: unknown, key = 'smtp'): readonly MailSettingsProblem[] {
  return options === undefined ? [] : readOptions(options, smtpOptions, key).problems;
}
