import { fields } from '../settings/options/option-fields.js';
import type { OptionTable } from '../settings/options/option-reader.js';
import type { ReadOptions } from '../settings/options/read-options.js';
import { readOptions } from '../settings/options/read-options.js';
import { SETTING_KEYS } from '../settings/setting-table.js';
import type { MailModuleAsyncOptions, MailModuleOptions } from './mail.module-options.js';
import { ASYNC_MODULE_OPTIONS, MODULE_OPTIONS, NESTED_OPTIONS } from './mail.option-tables.js';

/**
 * Reads the options of `forRoot` and `fromConfig` into a plain object. What is wrong with them stops the start later,
 * together with what is wrong with the settings; until then the wrong ones count as not given.
 */
export function readModuleOptions(options: unknown): ReadOptions<MailModuleOptions> {
  return readOptions<MailModuleOptions>(options, optionsReader(MODULE_OPTIONS, options));
}

/** Reads the options of `forRootAsync`, as {@link readModuleOptions} does. */
export function readAsyncModuleOptions(options: unknown): ReadOptions<MailModuleAsyncOptions> {
  return readOptions<MailModuleAsyncOptions>(options, optionsReader(ASYNC_MODULE_OPTIONS, options));
}

/**
 * A reader of options that says of a key that is not known where it belongs.
 *
 * @param elsewhere keys with what is said of them, as {@link fields} takes them. @default none
 */
export function optionsReader(
  table: OptionTable,
  options: unknown,
  elsewhere: Readonly<Record<string, string>> = {},
): ReturnType<typeof fields> {
  const misplaced = typeof options === 'object' && options !== null ? misplacedKeys(table, options) : {};
  return fields(table, { ...misplaced, ...elsewhere });
}

/** Says where a key belongs that is known, but not at the top of the options. */
function misplacedKeys(table: OptionTable, options: object): Record<string, string> {
  const words: Record<string, string> = {};
  for (const key of ownKeys(options)) {
    if (Object.hasOwn(table, key)) continue;
    const home = Object.keys(NESTED_OPTIONS).find(name => Object.hasOwn(NESTED_OPTIONS[name] ?? {}, key));
    const setting = SETTING_KEYS.find(name => name.toLowerCase() === key.toLowerCase());
    if (home !== undefined)
      words[key] =
        `is not known here; did you mean ${home}.${key}${setting === undefined ? '' : `, or the mail setting ${setting}`}?`;
    else if (setting !== undefined)
      words[key] = `is no option but the mail setting ${setting}; write it there`;
  }
  return words;
}

function ownKeys(options: object): string[] {
  try {
    return Object.keys(options);
  } catch {
    return [];
  }
}
