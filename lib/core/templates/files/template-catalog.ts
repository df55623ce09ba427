import type { MailTemplateError } from '../../errors/mail-template-error.js';
import { languageOf } from '../culture.js';
import { BuiltInTemplates } from './built-in-templates.js';
import type { LanguageCheck, Languages } from './languages.js';
import { scanFolder } from './scan-folder.js';
import type { TemplateFile, TemplatePart } from './template-file.js';
import type { TemplateFolder } from './template-folder.js';
import { TemplateIndex } from './template-index.js';
import { cultureKey } from './template-path.js';

/** Everything found in the folders of templates, in the order in which they are searched. */
export class TemplateCatalog {
  readonly folders: readonly TemplateFolder[];
  /** `.hbs` files that are no part of a template, probably misnamed. */
  readonly ignored: readonly string[];
  readonly #languages: Languages;
  /** What the application brings, and then the built-in files, which other catalogs may have too. */
  readonly #indexes: readonly [own: TemplateIndex, builtIn: TemplateIndex];

  private constructor(
    folders: readonly TemplateFolder[],
    indexes: readonly [TemplateIndex, TemplateIndex],
    ignored: readonly string[],
    languages: Languages,
  ) {
    this.folders = folders;
    this.ignored = ignored;
    this.#languages = languages;
    this.#indexes = indexes;
  }

  /**
   * Reads all folders of templates, and at once: templates are read when an application starts, and small files take
   * four times as long when each is waited for.
   *
   * @param folders the built-in one is the last
   * @param check checks the languages of the application; undefined where it is known that nothing is wrong with them
   * @param skip called with the error of each file that cannot be read or is not UTF-8. @default such an error is thrown
   * @param builtIn what several catalogs share. @default this one has its own
   * @throws {@link MailTemplateError} `EMAILTEMPLATEDIRECTORY` when one is missing, `EMAILTEMPLATESYNTAX` when a file is
   *   not UTF-8
   */
  static load(
    folders: readonly TemplateFolder[],
    check: LanguageCheck | undefined,
    skip?: (error: MailTemplateError) => void,
    builtIn = new BuiltInTemplates(),
  ): TemplateCatalog {
    const scans = folders.filter(folder => !folder.builtIn).map(folder => scanFolder(folder, skip));
    const languages = builtIn.languages(folders, check, skip);
    const own = new TemplateIndex(scans.flatMap(found => found.files));
    return new TemplateCatalog(
      folders,
      [own, builtIn.index(folders, languages)],
      scans.flatMap(found => found.ignored),
      languages,
    );
  }

  /** The same with further files, which count before those of the folders. */
  with(files: readonly TemplateFile[]): TemplateCatalog {
    const [own, builtIn] = this.#indexes;
    const more = new TemplateIndex([...files, ...own.files]);
    return new TemplateCatalog(this.folders, [more, builtIn], this.ignored, this.#languages);
  }

  /** All files, in the order in which they are searched. */
  get files(): readonly TemplateFile[] {
    return this.#indexes.flatMap(({ files }) => files);
  }

  /** The names of all templates, sorted. */
  get templates(): string[] {
    return [...new Set(this.#indexes.flatMap(({ templates }) => [...templates]))].toSorted();
  }

  /** Whether any file exists for a culture (lower-case key). */
  hasCulture(culture: string): boolean {
    return this.#indexes.some(({ cultures }) => cultures.has(culture));
  }

  /** Whether a layout or partial has this name, in whatever part and culture. */
  hasSharedName(name: string): boolean {
    return this.#indexes.some(({ sharedNames }) => sharedNames.has(name));
  }

  /** The file of a template's part, by the culture chain; each culture is looked for in every folder. */
  find(template: string, part: TemplatePart, chain: readonly string[]): TemplateFile | undefined {
    return this.#lookUp(false, template, part, chain);
  }

  /** The words of the built-in mails as partials of a part, by the culture chain; what a culture lacks is English. */
  words(part: TemplatePart, chain: readonly string[]): ReadonlyMap<string, TemplateFile> {
    return this.#languages.partials(part, chain);
  }

  /** The language files of the application: what they hold, and what they lack. */
  get languages(): Pick<Languages, 'own' | 'lacking'> {
    return this.#languages;
  }

  /** The layouts and partials of a part, by the culture chain. */
  shared(part: TemplatePart, chain: readonly string[]): TemplateFile[] {
    const names = new Set(this.#indexes.flatMap(index => [...index.shared(part)]));
    return [...names].flatMap(name => this.#lookUp(true, name, part, chain) ?? []);
  }

  /** Where {@link find} looks for a template, in order. */
  foldersOf(template: string): string[] {
    return this.folders.map(folder => folder.nameOf(template));
  }

  /**
   * The application's own file by the culture chain, else the built-in one. Only one thing makes a built-in file win:
   * it speaks the wanted language and the application's file is for another one.
   */
  #lookUp(
    shared: boolean,
    name: string,
    part: TemplatePart,
    chain: readonly string[],
  ): TemplateFile | undefined {
    const own = this.#inChain(false, shared, name, part, chain);
    const builtIn = this.#inChain(true, shared, name, part, chain);
    if (!own || !builtIn) return own ?? builtIn;
    const wanted = (file: TemplateFile): boolean =>
      languageOf(file.culture) === languageOf(cultureKey(chain[0] ?? ''));
    return own.culture !== '' && !wanted(own) && wanted(builtIn) ? builtIn : own;
  }

  #inChain(
    builtIn: boolean,
    shared: boolean,
    name: string,
    part: TemplatePart,
    chain: readonly string[],
  ): TemplateFile | undefined {
    for (const culture of chain)
      for (const index of this.#indexes) {
        const file = index.find({ builtIn, shared, name, part }, culture);
        if (file) return file;
      }
    return undefined;
  }
}
