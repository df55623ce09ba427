import { cultureChain } from '../../core/templates/culture.js';
import { namedPartials } from '../../core/templates/files/named-partials.js';
import type { TemplateCatalog } from '../../core/templates/files/template-catalog.js';
import type { TemplateFile, TemplatePart } from '../../core/templates/files/template-file.js';
import type { EmbeddedImages } from '../../core/templates/rendering/embedded-images.js';
import { LintedFile } from './linted-file.js';

/** What a scope is made of. */
export interface LintScopeParts {
  readonly catalog: TemplateCatalog;
  /** The files that could be parsed, without the built-in ones. */
  readonly files: readonly LintedFile[];
  /** The built-in files, each once. */
  readonly builtIn: readonly TemplateFile[];
  /** The words of the built-in mails. */
  readonly words: readonly TemplateFile[];
  readonly images: EmbeddedImages;
  readonly defaultCulture: string;
}

/** What is linted, and what it may refer to. Of the built-in files only those are parsed that a rule has to look into. */
export class LintScope {
  readonly catalog: TemplateCatalog;
  /** The files that could be parsed, without the built-in ones. */
  readonly files: readonly LintedFile[];
  readonly images: EmbeddedImages;
  readonly defaultCulture: string;
  readonly #builtIn: readonly TemplateFile[];
  readonly #words: readonly TemplateFile[];
  readonly #parsed: Map<TemplateFile, LintedFile>;

  constructor({ catalog, files, builtIn, words, images, defaultCulture }: LintScopeParts) {
    this.catalog = catalog;
    this.files = files;
    this.images = images;
    this.defaultCulture = defaultCulture;
    this.#builtIn = builtIn;
    this.#words = words;
    this.#parsed = new Map(files.map(file => [file.file, file]));
  }

  /** Built-in files, which use and are used. */
  get builtIn(): readonly LintedFile[] {
    return this.#builtIn.map(file => this.#parse(file));
  }

  /** The words of the built-in mails, which use partials. */
  get words(): readonly LintedFile[] {
    return this.#words.map(file => new LintedFile(file));
  }

  /** A file of the application or a built-in one; undefined for words, and for what could not be parsed. */
  linted(file: TemplateFile): LintedFile | undefined {
    return this.#builtIn.includes(file) ? this.#parse(file) : this.#parsed.get(file);
  }

  /** The application's own files, those with syntax errors too. */
  get own(): TemplateFile[] {
    return this.catalog.files.filter(({ builtIn }) => !builtIn);
  }

  /** The cultures in which a part is looked for when a mail asks for one. */
  chain(culture: string): string[] {
    return cultureChain(culture === '' ? this.defaultCulture : culture, this.defaultCulture);
  }

  /** The shared files of a part in a culture, under every name by which they are found. */
  shared(part: TemplatePart, culture: string): Map<string, TemplateFile> {
    return namedPartials(this.catalog, part, this.chain(culture));
  }

  #parse(file: TemplateFile): LintedFile {
    const known = this.#parsed.get(file);
    if (known) return known;
    const parsed = new LintedFile(file);
    this.#parsed.set(file, parsed);
    return parsed;
  }
}

/** Files by what they have in common, in the order in which they come. */
export function groupedFiles(
  files: readonly TemplateFile[],
  keyOf: (file: TemplateFile) => string,
): Map<string, TemplateFile[]> {
  const groups = new Map<string, TemplateFile[]>();
  for (const file of files) {
    const key = keyOf(file);
    const group = groups.get(key);
    if (group) group.push(file);
    else groups.set(key, [file]);
  }
  return groups;
}
