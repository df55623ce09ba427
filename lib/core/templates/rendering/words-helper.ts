import type { HelperOptions } from 'handlebars';
import type { TemplateFile } from '../files/template-file.js';
import { TemplateHelperError } from '../helpers/template-helper-error.js';
import type { TemplateHelper } from '../template-options.js';
import type { RuntimeScope } from './runtime-scope.js';
import type { CompiledTemplate } from './template-compiler.js';
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
 * @param words by the name of their partial, for the text part: nothing in them is escaped
 * @param compiled compiles them, without escaping what they print
 * @param scope the helpers and partials of the environment
 */
export function wordsHelper(
  words: () => ReadonlyMap<string, TemplateFile>,
  compiled: (file: TemplateFile) => CompiledTemplate | undefined,
  scope: (file: TemplateFile) => RuntimeScope,
): TemplateHelper {
  let known: ReadonlyMap<string, TemplateFile> | undefined;
  return function (this: object, ...args: unknown[]): string {
    const options = args.at(-1) as HelperOptions;
    const [group, ...key] = args.slice(0, -1).map(String);
    const otherwise: unknown = options.hash['otherwise'];
    known ??= words();
    const file =
      known.get(key.length > 0 ? `words/${group}/${key.join('-')}` : `words/${group}`) ??
      known.get(`words/${group}/${String(otherwise)}`);
    if (!file) throw new TemplateHelperError('mail-words needs a name, such as "reset-password/title"');
    const { helpers, partials, decorators, hooks, protoAccessControl } = scope(file);
    const data: unknown = options.data;
    const runtime = { partial: true, helpers, partials, decorators, hooks, protoAccessControl, data };
    return compiled(file)?.(this, runtime) ?? '';
  };
}
