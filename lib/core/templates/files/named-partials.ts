import { aliasesOf } from './shared-names.js';
import type { TemplateCatalog, TemplateFile } from './template-catalog.js';
import type { TemplatePart } from './template-file.js';

/** The layouts and partials of a part in a culture chain, by every name under which templates find them. */
export function namedPartials(
  catalog: TemplateCatalog,
  part: TemplatePart,
  chain: readonly string[],
): Map<string, TemplateFile> {
  const partials = catalog.shared(part, chain);
  // Names of their own come last, so that no alias of another file hides them.
  const aliases = partials.flatMap(file => aliasesOf(file).map(name => [name, file] as const));
  return new Map([...aliases, ...partials.map(file => [file.name, file] as const)]);
}
