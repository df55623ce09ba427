import type { HelperOptions } from 'handlebars';
import { TemplateHelperError } from '../helpers/template-helper-error.js';
import type { TemplateHelper } from '../template-options.js';
import type { WordValues } from './word-values.js';
import { unbroken } from './wrap-text.js';

/** Name of the helper by which built-in mails hand words on as a value; no variable of an application is called so. */
export const WORDS_HELPER = 'mail-words';

/** Name of the helper that keeps a text, such as a date, on one line of a text part: `{{mail-unbroken (formatDate when)}}`. */
export const UNBROKEN_HELPER = 'mail-unbroken';

/** What the helper {@link UNBROKEN_HELPER} does. */
export function unbrokenHelper(value: unknown): unknown {
  return typeof value === 'string' ? unbroken(value) : value;
}

/**
 * `{{> heading title=(mail-words "reset-password/title")}}`: words as a value, which layouts and partials of applications
 * print and escape like any other. A key may be given in pieces, and a key for what is not known:
 * `(mail-words "credential-changed" credential change otherwise="other")`.
 *
 * @param values called with the first words that are handed on
 */
export function wordsHelper(values: () => WordValues): TemplateHelper {
  let known: WordValues | undefined;
  return function (this: object, ...args: unknown[]): string {
    const options = args.at(-1) as HelperOptions;
    const [group, ...key] = args.slice(0, -1).map(String);
    const otherwise: unknown = options.hash['otherwise'];
    known ??= values();
    const file =
      known.get(key.length > 0 ? `words/${group}/${key.join('-')}` : `words/${group}`) ??
      known.get(`words/${group}/${String(otherwise)}`);
    if (!file) throw new TemplateHelperError('mail-words needs a name, such as "reset-password/title"');
    return known.render(file, this, options.data);
  };
}
