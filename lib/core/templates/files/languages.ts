import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, messageOf } from '../../errors/error-facts.js';
import { MailTemplateError } from '../../errors/mail-template-error.js';
import { plainCause } from '../../errors/plain-cause.js';
import { isCulture, languageChain } from '../culture.js';
import { checkWords } from './check-words.js';
import type { LanguageFile } from './language-file.js';
import { readBuiltInLanguage, readLanguageFile } from './language-file.js';
import type { TemplateFile, TemplatePart } from './template-file.js';
import { cultureKey } from './template-path.js';

/** The folder of a template directory that holds the words of the built-in mails. */
const FOLDER = 'languages';
/** The language that every word is in. */
const COMPLETE = 'en';

/** What a language of the application lacks. */
export interface LackingLanguage {
  /** Absolute path of its file. */
  readonly file: string;
  /** `group.key` of each word that neither it nor a wider culture has. */
  readonly missing: readonly string[];
  /** How many words there are. */
  readonly of: number;
}

/**
 * The words of the built-in mails by language: those of the application before the built-in ones. A built-in language
 * is read when a mail first needs it.
 */
export class Languages {
  readonly #builtIn: ReadonlyMap<string, string>;
  readonly #own: readonly LanguageFile[];
  readonly #read = new Map<string, LanguageFile>();
  readonly #files = new Map<string, TemplateFile>();

  private constructor(builtIn: ReadonlyMap<string, string>, own: readonly LanguageFile[]) {
    this.#builtIn = builtIn;
    this.#own = own;
  }

  /**
   * Finds the languages of all directories; those of the application are read and checked.
   *
   * @param directories the application's, in the order in which they are searched
   * @param skip called with the error of each file that cannot be used. @default such an error is thrown
   * @throws {@link MailTemplateError} `EMAILTEMPLATESYNTAX` for a file that is wrong, `EMAILTEMPLATEDIRECTORY` for one that
   *   cannot be read
   */
  static load(
    directories: readonly string[],
    builtInDirectory: string,
    skip?: (error: MailTemplateError) => void,
  ): Languages {
    const builtIn = new Map(filesOf(builtInDirectory).map(({ name, file }) => [cultureKey(name), file]));
    const shipped = new Languages(builtIn, []);
    const usable = <T>(read: () => T[]): T[] => {
      try {
        return read();
      } catch (error) {
        if (!skip || !(error instanceof MailTemplateError)) throw error;
        skip(error);
        return [];
      }
    };
    const found = directories.flatMap(directory => usable(() => filesOf(directory)));
    const own = found.flatMap(({ name, file }) =>
      usable(() => {
        const language = readLanguageFile(file, checkedCulture(name, file));
        checkWords(language, shipped.#builtInLanguage(COMPLETE));
        return [language];
      }),
    );
    return new Languages(builtIn, own);
  }

  /** The lower-case cultures in which there are words, English first. */
  get cultures(): string[] {
    const all = [...this.#builtIn.keys(), ...this.#own.map(({ culture }) => culture)];
    return [...new Set(all)].toSorted(
      (a, b) => Number(b === COMPLETE) - Number(a === COMPLETE) || (a < b ? -1 : 1),
    );
  }

  /** The partials that print words in a part of a mail, by their name. */
  partials(part: TemplatePart, chain: readonly string[]): Map<string, TemplateFile> {
    const keys = [...new Set([...chain.filter(culture => culture !== '').map(cultureKey), COMPLETE])];
    const languages = keys.flatMap(key => this.#languages(key));
    const found = new Map<string, TemplateFile>();
    for (const language of languages)
      for (const name of language.words.keys())
        if (!found.has(name)) found.set(name, this.#partial(language, name, part));
    return found;
  }

  /** The words of the application, each as a partial of the html part. */
  own(): TemplateFile[] {
    return this.#own.flatMap(language =>
      [...language.words.keys()].map(name => this.#partial(language, name, 'html')),
    );
  }

  /** What the languages of the application lack, one entry a language. */
  lacking(): LackingLanguage[] {
    const all = [...(this.#builtInLanguage(COMPLETE)?.words.keys() ?? [])];
    const cultures = [...new Set(this.#own.map(({ culture }) => culture))];
    return cultures.flatMap(culture => {
      const known = languageChain(culture).flatMap(link => this.#languages(link.toLowerCase()));
      const missing = all.filter(name => !known.some(({ words }) => words.has(name)));
      const file = this.#own.find(own => own.culture === culture)?.file ?? culture;
      return missing.length === 0 ? [] : [{ file, missing: missing.map(shownName), of: all.length }];
    });
  }

  #languages(culture: string): LanguageFile[] {
    const builtIn = this.#builtInLanguage(culture);
    return [...this.#own.filter(own => own.culture === culture), ...(builtIn ? [builtIn] : [])];
  }

  #builtInLanguage(culture: string): LanguageFile | undefined {
    const known = this.#read.get(culture);
    const file = this.#builtIn.get(culture);
    if (known || file === undefined) return known;
    const language = readBuiltInLanguage(file, culture);
    this.#read.set(culture, language);
    return language;
  }

  #partial({ file, culture, words }: LanguageFile, name: string, part: TemplatePart): TemplateFile {
    const key = `${file}|${name}|${part}`;
    const known = this.#files.get(key);
    if (known) return known;
    const { source = '', place = { line: 1, column: 1 } } = words.get(name) ?? {};
    const builtIn = this.#builtIn.get(culture) === file;
    const made: TemplateFile = { name, part, culture, shared: true, builtIn, file, source, word: place };
    this.#files.set(key, made);
    return made;
  }
}

/** `reset-password.button` of `words/reset-password/button`. */
function shownName(name: string): string {
  return name.split('/').slice(1).join('.');
}

function checkedCulture(name: string, file: string): string {
  if (isCulture(name)) return cultureKey(name);
  throw new MailTemplateError(
    'EMAILTEMPLATENAME',
    `The language file ${file} is named for no culture; name it by a language tag, such as ar.json or pt-BR.json.`,
    { file },
  );
}

/** The language files of a directory, sorted by name. A template may be called `languages`, and have samples. */
function filesOf(directory: string): { name: string; file: string }[] {
  const folder = join(directory, FOLDER);
  return entriesOf(folder)
    .filter(entry => entry.endsWith('.json') && !/^samples\.json$/i.test(entry))
    .toSorted()
    .map(entry => ({ name: entry.slice(0, -'.json'.length), file: join(folder, entry) }));
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const code = errnoOf(error);
    // Most directories have none.
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new MailTemplateError(
      'EMAILTEMPLATEDIRECTORY',
      `The folder of language files ${folder} cannot be read: ${messageOf(error)}`,
      { searched: [folder], cause: plainCause(error) },
    );
  }
}
