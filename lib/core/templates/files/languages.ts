import { messageOf } from '../../errors/error-facts.js';
import { MailTemplateError } from '../../errors/mail-template-error.js';
import { plainCause } from '../../errors/plain-cause.js';
import { isCulture, languageChain } from '../culture.js';
import type { LanguageFile } from './language-file.js';
import { readBuiltInLanguage, readLanguageFile } from './language-file.js';
import type { TemplateFile, TemplatePart } from './template-file.js';
import type { TemplateFolder } from './template-folder.js';
import { cultureKey } from './template-path.js';

/** The folder among the templates that holds the words of the built-in mails. */
const FOLDER = 'languages';
/** The language that every word is in. */
const COMPLETE = 'en';

/** Checks the words of a language of the application, as `checkWords` does; `complete` is the language that has every word. */
export type LanguageCheck = (language: LanguageFile, complete: LanguageFile | undefined) => void;

/** What a language of the application lacks. */
export interface LackingLanguage {
  /** What messages call its file. */
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
  readonly #builtIn: ReadonlyMap<string, FoundLanguage>;
  readonly #own: readonly LanguageFile[];
  /** The built-in ones that were read; all who share the built-in languages share them. */
  readonly #read: Map<string, LanguageFile>;
  readonly #files = new Map<string, TemplateFile>();
  readonly #partials = new Map<string, ReadonlyMap<string, TemplateFile>>();

  private constructor(
    builtIn: ReadonlyMap<string, FoundLanguage>,
    own: readonly LanguageFile[],
    read: Map<string, LanguageFile>,
  ) {
    this.#builtIn = builtIn;
    this.#own = own;
    this.#read = read;
  }

  /** The languages that the package brings. */
  static loadShipped(folders: readonly TemplateFolder[]): Languages {
    const files = folders.filter(folder => folder.builtIn).flatMap(languagesOf);
    return new Languages(new Map(files.map(found => [cultureKey(found.name), found])), [], new Map());
  }

  /**
   * Finds the languages of all folders; those of the application are read.
   *
   * @param folders in the order in which they are searched
   * @param shipped those of the package; the result where the application brings none
   * @param check checks those of the application; undefined where it is known that nothing is wrong with them
   * @param skip called with the error of each file that cannot be used. @default such an error is thrown
   * @throws {@link MailTemplateError} `EMAILTEMPLATESYNTAX` for a file that is wrong, `EMAILTEMPLATEDIRECTORY` for one that
   *   cannot be read
   */
  static load(
    folders: readonly TemplateFolder[],
    shipped: Languages,
    check: LanguageCheck | undefined,
    skip?: (error: MailTemplateError) => void,
  ): Languages {
    const usable = <T>(read: () => T[]): T[] => {
      try {
        return read();
      } catch (error) {
        if (!skip || !(error instanceof MailTemplateError)) throw error;
        skip(error);
        return [];
      }
    };
    const found = folders
      .filter(folder => !folder.builtIn)
      .flatMap(folder => usable(() => languagesOf(folder)));
    const own = found.flatMap(({ name, folder, path }) =>
      usable(() => {
        const language = readLanguageFile(folder, path, checkedCulture(name, folder.nameOf(path)));
        check?.(language, shipped.#builtInLanguage(COMPLETE));
        return [language];
      }),
    );
    return own.length === 0 ? shipped : new Languages(shipped.#builtIn, own, shipped.#read);
  }

  /** The lower-case cultures in which there are words, English first. */
  get cultures(): string[] {
    const all = [...this.#builtIn.keys(), ...this.#own.map(({ culture }) => culture)];
    return [...new Set(all)].toSorted(
      (a, b) => Number(b === COMPLETE) - Number(a === COMPLETE) || (a < b ? -1 : 1),
    );
  }

  /** The partials that print words in a part of a mail, by their name. */
  partials(part: TemplatePart, chain: readonly string[]): ReadonlyMap<string, TemplateFile> {
    const keys = [...new Set([...chain.filter(culture => culture !== '').map(cultureKey), COMPLETE])];
    const kind = `${part}|${keys.join('|')}`;
    const known = this.#partials.get(kind) ?? this.#partialsOf(part, keys);
    this.#partials.set(kind, known);
    return known;
  }

  #partialsOf(part: TemplatePart, keys: readonly string[]): ReadonlyMap<string, TemplateFile> {
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
    const found = this.#builtIn.get(culture);
    if (known || !found) return known;
    const language = readBuiltInLanguage(found.folder, found.path, culture);
    this.#read.set(culture, language);
    return language;
  }

  #partial({ file, culture, words }: LanguageFile, name: string, part: TemplatePart): TemplateFile {
    const key = `${file}|${name}|${part}`;
    const known = this.#files.get(key);
    if (known) return known;
    const { source = '', place = { line: 1, column: 1 } } = words.get(name) ?? {};
    const builtIn = this.#read.get(culture)?.file === file;
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

/** A language file that was found, and not read yet. */
interface FoundLanguage {
  /** Its name without the extension, which should be that of a culture. */
  readonly name: string;
  readonly folder: TemplateFolder;
  readonly path: string;
}

/** The language files of a folder of templates, sorted by name. A template may be called `languages`, and have samples. */
function languagesOf(folder: TemplateFolder): FoundLanguage[] {
  return entriesOf(folder)
    .filter(entry => entry.endsWith('.json') && !/^samples\.json$/i.test(entry))
    .map(entry => ({ name: entry.slice(0, -'.json'.length), folder, path: `${FOLDER}/${entry}` }));
}

function entriesOf(folder: TemplateFolder): string[] {
  try {
    return folder.filesIn(FOLDER);
  } catch (error) {
    const languages = folder.nameOf(FOLDER);
    throw new MailTemplateError(
      'EMAILTEMPLATEDIRECTORY',
      `The folder of language files ${languages} cannot be read: ${messageOf(error)}`,
      { searched: [languages], cause: plainCause(error) },
    );
  }
}
