import { aliasesOf } from './shared-file-names.js';
import type { TemplateFile, TemplatePart } from './template-file.js';
import { cultureKey } from './template-path.js';

/** What of a file its place in an index is made of. */
type IndexedAs = Pick<TemplateFile, 'builtIn' | 'shared' | 'name' | 'part'>;

/** Some template files, by what they are. */
export class TemplateIndex {
  readonly files: readonly TemplateFile[];
  /** The names of their templates. */
  readonly templates = new Set<string>();
  /** The lower-case cultures of all of them. */
  readonly cultures = new Set<string>();
  readonly #byKey = new Map<string, TemplateFile>();
  readonly #shared = new Map<TemplatePart, Set<string>>();
  #names: ReadonlySet<string> | undefined;

  /** @param files in the order in which they are searched: the first of a kind counts */
  constructor(files: readonly TemplateFile[]) {
    this.files = files;
    for (const file of files) {
      const key = keyOf(file, file.culture);
      if (!this.#byKey.has(key)) this.#byKey.set(key, file);
      this.cultures.add(file.culture);
      if (!file.shared) this.templates.add(file.name);
      else this.#shared.set(file.part, (this.#shared.get(file.part) ?? new Set()).add(file.name));
    }
  }

  /** The file of a kind for a culture. */
  find(kind: IndexedAs, culture: string): TemplateFile | undefined {
    return this.#byKey.get(keyOf(kind, cultureKey(culture)));
  }

  /** The names of the layouts and partials of a part. */
  shared(part: TemplatePart): ReadonlySet<string> {
    return this.#shared.get(part) ?? new Set();
  }

  /** Every name of its layouts and partials, of whatever part and culture. */
  get sharedNames(): ReadonlySet<string> {
    this.#names ??= new Set(
      this.files.filter(({ shared }) => shared).flatMap(file => [file.name, ...aliasesOf(file)]),
    );
    return this.#names;
  }
}

function keyOf({ builtIn, shared, name, part }: IndexedAs, culture: string): string {
  return `${builtIn}|${shared}|${name}|${part}|${culture}`;
}
