import type { TemplateFile } from './template-file.js';

/** Other names under which a shared file is found: a partial by its path, a layout of the application without it. */
export function aliasesOf({ name, builtIn }: Pick<TemplateFile, 'name' | 'builtIn'>): string[] {
  if (!name.startsWith('layouts/')) return [`partials/${name}`];
  return builtIn ? [] : [name.slice('layouts/'.length)];
}

/** Whether a block may be given to a name that nobody defines: it is then rendered by itself. A path names a file. */
export function isSlotName(name: string): boolean {
  return !name.includes('/');
}
