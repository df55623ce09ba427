import type { MailTemplateError } from '../../errors/mail-template-error.js';
import type { LanguageCheck } from './languages.js';
import { Languages } from './languages.js';
import { scanFolder } from './scan-folder.js';
import type { TemplateFile } from './template-file.js';
import type { TemplateFolder } from './template-folder.js';
import { TemplateIndex } from './template-index.js';

/**
 * The built-in templates and their languages as they were read. Catalogs that are loaded with the same ones share them: an
 * application may have hundreds of mailers, each with templates of its own.
 */
export class BuiltInTemplates {
  #files: readonly TemplateFile[] | undefined;
  #shipped: Languages | undefined;
  #index: TemplateIndex | undefined;

  /**
   * The languages of all folders: these themselves where the application brings none.
   *
   * @throws what {@link Languages.load} throws
   */
  languages(
    folders: readonly TemplateFolder[],
    check: LanguageCheck | undefined,
    skip?: (error: MailTemplateError) => void,
  ): Languages {
    this.#shipped ??= Languages.loadShipped(folders);
    return Languages.load(folders, this.#shipped, check, skip);
  }

  /** The templates, in all languages in which there are words for them. */
  index(folders: readonly TemplateFolder[], languages: Languages): TemplateIndex {
    this.#files ??= folders.filter(({ builtIn }) => builtIn).flatMap(folder => scanFolder(folder).files);
    if (languages === this.#shipped) {
      this.#index ??= inLanguages(this.#files, languages);
      return this.#index;
    }
    return inLanguages(this.#files, languages);
  }
}

function inLanguages(files: readonly TemplateFile[], { cultures }: Languages): TemplateIndex {
  return new TemplateIndex(files.flatMap(file => inItsLanguages(file, cultures)));
}

/** A built-in mail exists in every language for which there are words. */
function inItsLanguages(file: TemplateFile, cultures: readonly string[]): TemplateFile[] {
  if (file.shared || file.culture !== '') return [file];
  return cultures.map(culture => ({ ...file, culture }));
}
