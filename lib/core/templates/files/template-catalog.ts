import type { MailTemplateError } from '../../errors/mail-template-error.js';
import { languageOf } from '../culture.js';
import { Languages } from './languages.js';
import { scanFolder } from './scan-folder.js';
import type { TemplateFile, TemplatePart } from './template-file.js';
import type { TemplateFolder } from './template-folder.js';
import { cultureKey } from './template-path.js';

/** Everything found in the folders of templates, in the order in which they are searched. */
export class TemplateCatalog {
  readonly folders: readonly TemplateFolder[];
  readonly files: readonly TemplateFile[];
  /** `.hbs` files that are no part of a template, probably misnamed. */
  readonly ignored: readonly string[];
  readonly #languages: Languages;
  readonly #index = new Map<string, TemplateFile>();
  readonly #templates = new Set<string>();
  readonly #cultures = new Set<string>();
  readonly #sharedNames = new Map<TemplatePart, Set<string>>();

  private constructor(
    folders: readonly TemplateFolder[],
    files: readonly TemplateFile[],
    ignored: readonly string[],
    languages: Languages,
  ) {
    this.folders = folders;
    this.files = files;
    this.ignored = ignored;
    this.#languages = languages;
    for (const file of files) {
      const key = indexKey(file.builtIn, file.shared, file.name, file.part, file.culture);
      // Folders are searched in order, so the first file of a kind stays.
      if (!this.#index.has(key)) this.#index.set(key, file);
      this.#cultures.add(file.culture);
      if (file.shared) this.#shared(file.part).add(file.name);
      else this.#templates.add(file.name);
    }
  }

  /**
   * Reads all folders of templates, and at once: templates are read when an application starts, and small files take
   * four times as long when each is waited for.
   *
   * @param skip called with the error of each file that cannot be read or is not UTF-8. @default such an error is thrown
   * @throws {@link MailTemplateError} `EMAILTEMPLATEDIRECTORY` when one is missing, `EMAILTEMPLATESYNTAX` when a file is
   *   not UTF-8
   */
  static load(
    folders: readonly TemplateFolder[],
    skip?: (error: MailTemplateError) => void,
  ): TemplateCatalog {
    const scans = folders.map(folder => scanFolder(folder, skip));
    const languages = Languages.load(folders, skip);
    return new TemplateCatalog(
      folders,
      scans.flatMap(found => found.files).flatMap(file => inItsLanguages(file, languages.cultures)),
      scans.flatMap(found => found.ignored),
      languages,
    );
  }

  /** The same with further files, which count before those of the folders. */
  with(files: readonly TemplateFile[]): TemplateCatalog {
    return new TemplateCatalog(this.folders, [...files, ...this.files], this.ignored, this.#languages);
  }

  /** The names of all templates, sorted. */
  get templates(): string[] {
    return [...this.#templates].toSorted();
  }

  /** Whether any file exists for a culture (lower-case key). */
  hasCulture(culture: string): boolean {
    return this.#cultures.has(culture);
  }

  /** The file of a template's part, by the culture chain; each culture is looked for in every folder. */
  find(template: string, part: TemplatePart, chain: readonly string[]): TemplateFile | undefined {
    return this.#lookUp(false, template, part, chain);
  }

  /** The words of the built-in mails as partials of a part, by the culture chain; what a culture lacks is English. */
  words(part: TemplatePart, chain: readonly string[]): Map<string, TemplateFile> {
    return this.#languages.partials(part, chain);
  }

  /** The language files of the application: what they hold, and what they lack. */
  get languages(): Pick<Languages, 'own' | 'lacking'> {
    return this.#languages;
  }

  /** The layouts and partials of a part, by the culture chain. */
  shared(part: TemplatePart, chain: readonly string[]): TemplateFile[] {
    return [...this.#shared(part)].flatMap(name => this.#lookUp(true, name, part, chain) ?? []);
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
    for (const culture of chain) {
      const file = this.#index.get(indexKey(builtIn, shared, name, part, cultureKey(culture)));
      if (file) return file;
    }
    return undefined;
  }

  #shared(part: TemplatePart): Set<string> {
    const names = this.#sharedNames.get(part) ?? new Set();
    this.#sharedNames.set(part, names);
    return names;
  }
}

/** A built-in mail exists in every language for which there are words. */
function inItsLanguages(file: TemplateFile, cultures: readonly string[]): TemplateFile[] {
  if (!file.builtIn || file.shared || file.culture !== '') return [file];
  return cultures.map(culture => ({ ...file, culture }));
}

function indexKey(
  builtIn: boolean,
  shared: boolean,
  name: string,
  part: TemplatePart,
  culture: string,
): string {
  return `${builtIn}|${shared}|${name}|${part}|${culture}`;
}
