import { isUint8Array } from 'node:util/types';
import { SMTP_TABLE, smtpOptions } from '../delivery/smtp/smtp-option-table.js';
import { TLS_OPTIONS } from '../delivery/smtp/tls-option-table.js';
import type { RetryBackoff, RetryOptions } from '../sending/retry-policy.js';
import { LONGEST_TIMER_MS, MOST_ATTEMPTS } from '../sending/retry-policy.js';
import { fields } from '../settings/options/option-fields.js';
import {
  anyText,
  anything,
  callback,
  flag,
  isOwnClass,
  kind,
  list,
  listOf,
  number,
  object,
  oneOf,
  recordOf,
  text,
  textOrTexts,
  type,
} from '../settings/options/option-kinds.js';
import type { OptionReader, OptionTable } from '../settings/options/option-reader.js';
import { isOptionObject, kindOf } from '../settings/options/value-kind.js';
import type { MailBrandColors } from '../templates/brand/brand-colors.js';
import { copyCheckNote } from '../templates/files/checked-sources.js';
import { sourcesProblems } from '../templates/files/sources-problems.js';
import { isTimeZone } from '../templates/helpers/time-zone.js';
import type { MailBrand } from '../templates/mail-brand.js';
import { brandProblems } from '../templates/mail-brand.js';
import type { TemplateOptions } from '../templates/template-options.js';
import type {
  MailFallbackFactory,
  MailModuleAsyncOptions,
  MailModuleOptions,
} from './mail.module-options.js';

const MILLISECONDS = number({ min: 0, max: LONGEST_TIMER_MS });

const TEMPLATES = {
  directories: listOf(text),
  sources: readSources,
  defaultCulture: text,
  helpers: recordOf(callback),
  strict: flag,
  watch: flag,
  timeZone: kind(
    'the IANA name of a time zone, such as Europe/Paris',
    value => typeof value === 'string' && isTimeZone(value),
  ),
  inlineCss: flag,
} as const satisfies Record<keyof TemplateOptions, OptionReader>;

const COLORS = {
  primary: anyText,
  onPrimary: anyText,
  link: anyText,
  background: anyText,
  surface: anyText,
  text: anyText,
  muted: anyText,
} as const satisfies Record<keyof MailBrandColors, OptionReader>;

const BRAND = {
  applicationName: anyText,
  applicationUri: anyText,
  logo: kind('the path of a file, a data URL, or octets', isLogo),
  logoUrl: anyText,
  logoWidth: number({ min: 1, max: Infinity, integer: true }),
  footer: textOrTexts,
  supportUrl: anyText,
  supportAddress: anyText,
  colors: fields(COLORS),
} as const satisfies Record<keyof MailBrand, OptionReader>;

const BACKOFF = {
  type: oneOf('fixed', 'exponential'),
  delay: MILLISECONDS,
  maxDelay: MILLISECONDS,
} as const satisfies Record<keyof RetryBackoff, OptionReader>;

const RETRY = {
  attempts: number({ min: 1, max: MOST_ATTEMPTS, integer: true }),
  backoff: readBackoff,
} as const satisfies Record<keyof RetryOptions, OptionReader>;

const PICKUP = { fsync: flag } as const satisfies Record<
  keyof NonNullable<MailModuleOptions['pickup']>,
  OptionReader
>;

const FALLBACK_FACTORY = {
  inject: list,
  useFactory: callback,
} as const satisfies Record<keyof MailFallbackFactory, OptionReader>;

/** Every option of `MailModule.forRoot`. */
export const MODULE_OPTIONS = {
  name: text,
  imports: list,
  isGlobal: flag,
  templates: fields(TEMPLATES),
  renderer: kind(
    'a class that extends TemplateRenderer, or an instance of one',
    value => isOwnClass(value) || hasFunction(value, 'render'),
  ),
  brand: readBrand,
  shutdownTimeoutMs: MILLISECONDS,
  smtp: smtpOptions,
  pickup: fields(PICKUP),
  delivery: kind(
    'a class that extends MailDelivery, or an instance of one',
    value => isOwnClass(value) || hasFunction(value, 'deliver'),
  ),
  hooks: listOf(type),
  retry: readRetry,
  fallback: readFallback,
  allowAddressLiterals: flag,
} as const satisfies Record<keyof MailModuleOptions, OptionReader>;

/** Every option of `MailModule.forRootAsync`; the ways to the settings are checked by those who use them. */
export const ASYNC_MODULE_OPTIONS = {
  ...MODULE_OPTIONS,
  inject: list,
  useFactory: callback,
  useClass: type,
  useExisting: anything,
} as const satisfies Record<keyof MailModuleAsyncOptions, OptionReader>;

/** The tables below an option, by its name: an option that stands one level too high is found there. */
export const NESTED_OPTIONS: Readonly<Record<string, OptionTable>> = {
  templates: TEMPLATES,
  brand: BRAND,
  'brand.colors': COLORS,
  retry: RETRY,
  'retry.backoff': BACKOFF,
  pickup: PICKUP,
  smtp: SMTP_TABLE,
  'smtp.tls': TLS_OPTIONS,
};

function readSources(...[value, key, report]: Parameters<OptionReader>): unknown {
  const given: unknown = object(value, key, report);
  if (!isOptionObject(given)) return undefined;
  const sources: Record<string, unknown> = Object.fromEntries(Object.entries(given));
  const problems = sourcesProblems(sources);
  for (const { path, message } of problems) report(path === '' ? key : `${key}.${path}`, message);
  copyCheckNote(given, sources);
  return problems.length > 0 ? undefined : sources;
}

function readBrand(...[value, key, report]: Parameters<OptionReader>): unknown {
  let wrong = false;
  const read = fields(BRAND)(value, key, (path, message) => {
    wrong = true;
    report(path, message);
  });
  if (!wrong)
    for (const problem of brandProblems(read as MailBrand)) report(`${key}.${problem.key}`, problem.message);
  return read;
}

/** Not instanceof: a Buffer is of another realm where code runs in a sandbox, as it does under Jest. */
function isLogo(value: unknown): boolean {
  return typeof value === 'string' || isUint8Array(value);
}

function readRetry(...[value, key, report]: Parameters<OptionReader>): unknown {
  if (isOptionObject(value) && Reflect.get(value, 'attempts') === undefined)
    report(`${key}.attempts`, 'is missing; give the number of tries in all, the first one included');
  return fields(RETRY)(value, key, report);
}

function readBackoff(...[value, key, report]: Parameters<OptionReader>): unknown {
  if (typeof value === 'function') return value;
  if (typeof value === 'number') return MILLISECONDS(value, key, report);
  if (isOptionObject(value)) return fields(BACKOFF)(value, key, report);
  report(
    key,
    `must be milliseconds, { type, delay, maxDelay }, or a function of the tries that have failed, but is ${kindOf(value)}`,
  );
  return undefined;
}

function readFallback(...[value, key, report]: Parameters<OptionReader>): unknown {
  if (!isOptionObject(value)) {
    report(key, `must be mail settings, or { inject, useFactory } that makes them, but is ${kindOf(value)}`);
    return undefined;
  }
  // Settings are read, and checked, as all settings are.
  if (!('useFactory' in value) && !('inject' in value)) return value;
  if (Reflect.get(value, 'useFactory') === undefined)
    report(`${key}.useFactory`, 'is missing; it makes the settings of the fallback from what inject names');
  const factory: unknown = fields(FALLBACK_FACTORY)(value, key, report);
  return isOptionObject(factory) && 'useFactory' in factory ? factory : undefined;
}

function hasFunction(value: unknown, name: string): boolean {
  return isOptionObject(value) && typeof Reflect.get(value, name) === 'function';
}
