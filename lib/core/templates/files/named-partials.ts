import type { TemplateCatalog } from './template-catalog.js';
import type { TemplateFile, TemplatePart } from './template-file.js';

/** The layouts, partials and words of a part in a culture chain, by every name under which templates find them. */
export function namedPartials(
  catalog: TemplateCatalog,
  part: TemplatePart,
  chain: readonly string[],
): Map<string, TemplateFile> {
  const partials = catalog.shared(part, chain);
  // Names of their own come last, so that no alias of another file hides them.
  const aliases = partials.flatMap(file => aliasesOf(file).map(name => [name, file] as const));
  return new Map([
    ...catalog.words(part, chain),
    ...aliases,
    ...partials.map(file => [file.name, file] as const),
  ]);
}

/** Other names under which a shared file is found: a partial by its path, a layout of the application without it. */
export function aliasesOf({ name, builtIn }: TemplateFile): string[] {
  if (!name.startsWith('layouts/')) return [`partials/${name}`];
  return builtIn ? [] : [name.slice('layouts/'.length)];
}

/** All names of layouts and partials, of whatever part and culture. */
export function sharedNames(catalog: TemplateCatalog): Set<string> {
  const shared = catalog.files.filter(file => file.shared);
  return new Set(shared.flatMap(file => [file.name, ...aliasesOf(file)]));
}

/** Whether a block may be given to a name that nobody defines: it is then rendered by itself. A path names a file. */
export function isSlotName(name: string): boolean {
  return !name.includes('/');
}
