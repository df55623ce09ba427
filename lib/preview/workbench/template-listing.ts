import { canonicalCulture } from '../../core/templates/culture.js';
import type { TemplateCatalog } from '../../core/templates/files/template-catalog.js';
import type { TemplateFile, TemplatePart } from '../../core/templates/files/template-file.js';
import { TEMPLATE_PARTS } from '../../core/templates/files/template-file.js';
import type { TemplateProblem } from './template-problem.js';

/** What a file of a template directory is for. */
export type ListingKind = 'template' | 'layout' | 'partial';

/** One file of a listed template, layout or partial. */
export interface ListedFile {
  /** Absolute path. */
  readonly file: string;
  readonly part: TemplatePart;
  /** BCP 47 tag; '' for the file without a culture. */
  readonly culture: string;
  readonly owner: 'app' | 'built-in';
  /** Whether another file of the same part and culture is used in its place. */
  readonly hidden: boolean;
  /** Why it cannot be used. */
  readonly problem?: TemplateProblem;
}

/** A template, layout or partial of the directories. */
export interface Listing {
  readonly kind: ListingKind;
  /** As templates and messages write it: `welcome`, `layouts/mail`, `button`. */
  readonly name: string;
  /** The application, when any file of it is the application's. */
  readonly owner: 'app' | 'built-in';
  /** The renderer of the application that has it, in words; it has no files then. @default Handlebars */
  readonly renderer?: string;
  /** The parts that it has in some culture, in the order subject, html, text. */
  readonly parts: readonly TemplatePart[];
  /** The cultures for which there are files, as BCP 47 tags, sorted. */
  readonly cultures: readonly string[];
  /** All files, those that are used first. */
  readonly files: readonly ListedFile[];
}

/** Lists what a catalog holds: the application's own first, each sorted by name. */
export function listingsOf(
  catalog: TemplateCatalog,
  broken: ReadonlyMap<string, TemplateProblem>,
): Listing[] {
  const groups = new Map<string, TemplateFile[]>();
  for (const file of catalog.files) {
    const key = `${kindOf(file)} ${file.name}`;
    const group = groups.get(key);
    if (group) group.push(file);
    else groups.set(key, [file]);
  }
  return [...groups.values()]
    .map(files => listingOf(files, broken))
    .toSorted((a, b) => Number(a.owner !== 'app') - Number(b.owner !== 'app') || compare(a.name, b.name));
}

function listingOf(files: readonly TemplateFile[], broken: ReadonlyMap<string, TemplateProblem>): Listing {
  const seen = new Set<string>();
  const listed = files.map((file): ListedFile => {
    const key = `${file.part} ${file.culture}`;
    const hidden = seen.has(key);
    seen.add(key);
    const problem = broken.get(file.file);
    return {
      file: file.file,
      part: file.part,
      culture: tagOf(file),
      owner: file.builtIn ? 'built-in' : 'app',
      hidden,
      ...(problem && { problem }),
    };
  });
  const [first] = files;
  return {
    kind: first ? kindOf(first) : 'template',
    name: first?.name ?? '',
    owner: listed.some(({ owner }) => owner === 'app') ? 'app' : 'built-in',
    parts: TEMPLATE_PARTS.filter(part => listed.some(file => file.part === part)),
    cultures: [...new Set(listed.map(({ culture }) => culture))].filter(tag => tag !== '').toSorted(compare),
    files: listed.toSorted(
      (a, b) =>
        Number(a.hidden) - Number(b.hidden) ||
        TEMPLATE_PARTS.indexOf(a.part) - TEMPLATE_PARTS.indexOf(b.part) ||
        compare(a.culture, b.culture),
    ),
  };
}

function kindOf({ shared, name }: TemplateFile): ListingKind {
  if (!shared) return 'template';
  return name.startsWith('layouts/') ? 'layout' : 'partial';
}

function tagOf({ culture }: TemplateFile): string {
  return culture === '' ? '' : canonicalCulture(culture);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
