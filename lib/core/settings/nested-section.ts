import { shownName } from '../redaction/may-be-secret.js';
import { binaryWords } from './binary-words.js';
import { readSetting } from './read-setting.js';
import { besideWords, fileText } from './setting-file.js';
import type { SettingParser } from './setting-parsers.js';
import { text } from './setting-parsers.js';
import { SettingsSection } from './settings-section.js';

/** A setting that holds settings of its own while it is read: what is wrong with them is told, with their keys as written. */
export class NestedSection {
  readonly #section: SettingsSection;
  readonly #report: (key: string, message: string) => void;

  /**
   * @param unknown says of a key that is not known what to do; undefined for one that is known
   * @param report told of a key as it was written, and words that complete "Key: …"
   */
  constructor(
    item: object,
    unknown: (written: string) => string | undefined,
    report: (key: string, message: string) => void,
  ) {
    this.#section = new SettingsSection(item);
    this.#report = report;
    for (const key of this.#section.keys()) {
      const words = unknown(key);
      if (words !== undefined) report(shownName(key), words);
    }
    for (const key of this.#section.repeated())
      report(
        shownName(key),
        'is written twice with different values; keys differing only in case are one key',
      );
    this.#section.reportUnreadable('', report);
  }

  /** Whether a key is set, with a value that can be used or not. */
  isSet(key: string): boolean {
    return this.#section.value(key) !== undefined;
  }

  /** Tells of a key, as it was written. */
  report(key: string, message: string): void {
    this.#report(this.#section.written(key), message);
  }

  /** The value of a key; undefined when it is not set, or cannot be used. */
  read<T>(key: string, parse: SettingParser<T>): T | undefined {
    return readSetting(this.#section, key, parse, this.#report);
  }

  /** The value of a key that may stand in a file, whose path is under the same key with `File`. */
  textOrFile<T>(key: string, parse: (content: string) => T): T | undefined {
    const file = `${key}File`;
    if (!this.isSet(key)) return this.read(file, value => parse(fileText(value, binaryWords)));
    if (this.isSet(file)) this.report(file, besideWords(key));
    return this.read(key, value => parse(text(value)));
  }

  /** Which of the keys that {@link textOrFile} reads is set; undefined when none is. */
  setKey(key: string): string | undefined {
    return [key, `${key}File`].find(one => this.isSet(one));
  }
}
