import type { SettingParser } from './setting-parsers.js';
import { SettingValueError } from './setting-parsers.js';
import type { SettingsSection } from './settings-section.js';

/**
 * Reads one setting of a section, and tells when its value cannot be used.
 *
 * @param report told of the key as it was written, and words that complete "Key: …"
 * @returns undefined when it is not set, or cannot be used
 */
export function readSetting<T>(
  section: SettingsSection | undefined,
  key: string,
  parse: SettingParser<T>,
  report: (key: string, message: string) => void,
): T | undefined {
  const value = section?.value(key);
  if (section === undefined || value === undefined) return undefined;
  try {
    return parse(value);
  } catch (error) {
    if (!(error instanceof SettingValueError)) throw error;
    report(section.written(key), error.message);
    return undefined;
  }
}
