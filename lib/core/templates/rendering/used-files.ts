import type { TemplateFile } from '../files/template-file.js';
import type { ParsedTemplate } from '../parsing/template-syntax.js';
import { parseTemplate } from '../parsing/template-syntax.js';
import type { TemplateEnvironment } from './template-environment.js';

/** A file, and the layouts and partials that it uses by name, directly or not, each once. One that is broken uses none. */
export function usedFiles(file: TemplateFile, environment: TemplateEnvironment): TemplateFile[] {
  const found = new Set<TemplateFile>();
  const add = (next: TemplateFile): void => {
    if (found.has(next)) return;
    found.add(next);
    for (const { name } of partialsNamedIn(next)) {
      const partial = environment.partial(name);
      if (partial) add(partial);
    }
  };
  add(file);
  return [...found];
}

function partialsNamedIn(file: TemplateFile): ParsedTemplate['partials'] {
  try {
    return parseTemplate(file).partials;
  } catch {
    return [];
  }
}
