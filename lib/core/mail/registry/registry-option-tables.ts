import { flag, isOwnClass, kind, list, listOf, number, type } from '../../settings/options/option-kinds.js';
import type { OptionReader } from '../../settings/options/option-reader.js';
import type { ReadOptions } from '../../settings/options/read-options.js';
import { readOptions } from '../../settings/options/read-options.js';
import { isOptionObject, kindOf } from '../../settings/options/value-kind.js';
import { MODULE_OPTIONS } from '../mail.option-tables.js';
import { optionsReader } from '../mail.read-options.js';
import type { MailerOptions, MailRegistryOptions } from './mailer-registry-options.js';

/** Most mailers that a registry may be allowed. */
const MOST_OPEN = 100_000;

const SHARED = {
  templates: MODULE_OPTIONS.templates,
  brand: MODULE_OPTIONS.brand,
  renderer: MODULE_OPTIONS.renderer,
  smtp: MODULE_OPTIONS.smtp,
  pickup: MODULE_OPTIONS.pickup,
  retry: MODULE_OPTIONS.retry,
  allowAddressLiterals: MODULE_OPTIONS.allowAddressLiterals,
} as const;

/** Every option of `MailModule.registry`. */
const REGISTRY_OPTIONS = {
  ...SHARED,
  imports: list,
  isGlobal: flag,
  idleMs: MODULE_OPTIONS.shutdownTimeoutMs,
  maxOpen: number({ min: 1, max: MOST_OPEN, integer: true }),
  shutdownTimeoutMs: MODULE_OPTIONS.shutdownTimeoutMs,
  hooks: listOf(type),
} as const satisfies Record<keyof MailRegistryOptions, OptionReader>;

/** Every option of `MailerRegistry.open`. */
const MAILER_OPTIONS = {
  ...SHARED,
  hooks: listOf(
    kind(
      'a class that extends MailHook, or an instance of one',
      value => isOwnClass(value) || isOptionObject(value),
    ),
  ),
  delivery: kind('an instance of a class that extends MailDelivery', isDelivery),
  fallback: readFallback,
} as const satisfies Record<keyof MailerOptions, OptionReader>;

const OF_THE_REGISTRY = 'is an option of MailModule.registry(), for all of its mailers';
/** Options of other calls, with what is said of them. */
const ELSEWHERE = {
  name: 'is not known here: the key is the name of the mailer',
  ...Object.fromEntries(
    ['imports', 'isGlobal', 'idleMs', 'maxOpen', 'shutdownTimeoutMs'].map(key => [key, OF_THE_REGISTRY]),
  ),
};

/** Words for options of `forRoot` that a registry does not have for all of its mailers. */
const OF_ONE_MAILER = {
  name: 'is not known here: the key given to open() is the name of a mailer',
  ...Object.fromEntries(
    ['delivery', 'fallback'].map(key => [
      key,
      'is an option of one mailer: registry.open(key, settings, { … })',
    ]),
  ),
};

/** Reads the options of `MailModule.registry`; what is wrong with them stops the start. */
export function readRegistryOptions(options: unknown): ReadOptions<MailRegistryOptions> {
  return readOptions<MailRegistryOptions>(options, optionsReader(REGISTRY_OPTIONS, options, OF_ONE_MAILER));
}

/** Reads the options of one `open`. What is wrong with them is told together with what is wrong with the settings. */
export function readMailerOptions(options: unknown): ReadOptions<MailerOptions> {
  return readOptions<MailerOptions>(options, optionsReader(MAILER_OPTIONS, options, ELSEWHERE));
}

function isDelivery(value: unknown): boolean {
  return isOptionObject(value) && typeof Reflect.get(value, 'deliver') === 'function';
}

function readFallback(...[value, key, report]: Parameters<OptionReader>): unknown {
  if (!isOptionObject(value)) {
    report(key, `must be mail settings, but is ${kindOf(value)}`);
    return undefined;
  }
  if (typeof Reflect.get(value, 'useFactory') !== 'function') return value;
  report(key, 'must be mail settings; what makes them is called before open()');
  return undefined;
}
