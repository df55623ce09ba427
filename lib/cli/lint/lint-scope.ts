import { cultureChain } from '../../core/templates/culture.js';
import { namedPartials } from '../../core/templates/files/named-partials.js';
import type { TemplateCatalog } from '../../core/templates/files/template-catalog.js';
import type { TemplateFile, TemplatePart } from '../../core/templates/files/template-file.js';
import type { EmbeddedImages } from '../../core/templates/rendering/embedded-images.js';
import type { LintedFile } from './linted-file.js';

/** What is linted, and what it may refer to. */
export class LintScope {
  readonly catalog: TemplateCatalog;
  /** The files that could be parsed, without the built-in ones. */
  readonly files: readonly LintedFile[];
  /** Built-in files, which use and are used. */
  readonly builtIn: readonly LintedFile[];
  /** The words of the built-in mails, which use partials. */
  readonly words: readonly LintedFile[];
  readonly images: EmbeddedImages;
  readonly defaultCulture: string;

  constructor(
    parts: Pick<LintScope, 'catalog' | 'files' | 'builtIn' | 'words' | 'images' | 'defaultCulture'>,
  ) {
    this.catalog = parts.catalog;
    this.files = parts.files;
    this.builtIn = parts.builtIn;
    this.words = parts.words;
    this.images = parts.images;
    this.defaultCulture = parts.defaultCulture;
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
