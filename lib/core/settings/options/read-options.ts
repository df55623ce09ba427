import type { MailSettingsProblem } from '../../errors/mail-settings-error.js';
import type { OptionReader } from './option-reader.js';

/** Options that were read, and what is wrong with them. */
export interface ReadOptions<T> {
  /** Those that can be used, as a plain object; the others are left out. */
  readonly options: T;
  /** Everything that is wrong, each with its path. */
  readonly problems: readonly MailSettingsProblem[];
}

/**
 * Reads options that were given in code: never throws, so that all problems can be told at once.
 *
 * @param reader reads the whole object; what it returns is a `T` once nothing is wrong
 * @param key the option that holds the object; empty for the outermost one
 */
export function readOptions<T extends object>(
  value: unknown,
  reader: OptionReader,
  key = '',
): ReadOptions<Partial<T>> {
  const problems: MailSettingsProblem[] = [];
  const options = reader(value, key, (path, message) => void problems.push({ key: path, message }));
  return { options: (options ?? {}) as Partial<T>, problems };
}
