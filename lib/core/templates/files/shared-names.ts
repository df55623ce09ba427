import type { TemplateFile } from './template-catalog.js';

/** Other names under which a shared file is found: a partial by its path, a layout of the application without it. */
export function aliasesOf({ name, builtIn }: TemplateFile): string[] {
  if (!name.startsWith('layouts/')) return [`partials/${name}`];
  return builtIn ? [] : [name.slice('layouts/'.length)];
}
