import { aliasesOf } from './shared-file-names.js';
import type { TemplateCatalog } from './template-catalog.js';
import type { TemplateFile, TemplatePart } from './template-file.js';

/**
 * The layouts, partials and words of a part in a culture chain, by every name under which templates find them. The words are
 * apart: there are many, and all who print a language share them.
 */
export class NamedPartials {
  /** The layouts and partials. */
  readonly shared: ReadonlyMap<string, TemplateFile>;
  readonly #words: ReadonlyMap<string, TemplateFile>;

  constructor(catalog: TemplateCatalog, part: TemplatePart, chain: readonly string[]) {
    const partials = catalog.shared(part, chain);
    // Names of their own come last, so that no alias of another file hides them.
    const aliases = partials.flatMap(file => aliasesOf(file).map(name => [name, file] as const));
    this.shared = new Map([...aliases, ...partials.map(file => [file.name, file] as const)]);
    this.#words = catalog.words(part, chain);
  }

  /** The file that a name means. */
  get(name: string): TemplateFile | undefined {
    return this.shared.get(name) ?? this.#words.get(name);
  }

  /** Whether a name means a file. */
  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** All of them, words first. */
  entries(): [string, TemplateFile][] {
    return [...this.#words, ...this.shared];
  }
}

/** {@link NamedPartials} as one map. */
export function namedPartials(
  catalog: TemplateCatalog,
  part: TemplatePart,
  chain: readonly string[],
): Map<string, TemplateFile> {
  return new Map(new NamedPartials(catalog, part, chain).entries());
}

/** All names of layouts and partials, of whatever part and culture. */
export function sharedNames(catalog: TemplateCatalog): Set<string> {
  const shared = catalog.files.filter(file => file.shared);
  return new Set(shared.flatMap(file => [file.name, ...aliasesOf(file)]));
}
