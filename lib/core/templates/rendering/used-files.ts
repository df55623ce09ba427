import type { TemplateFile, TemplatePart } from '../files/template-file.js';
import { TEMPLATE_PARTS } from '../files/template-file.js';
import type { NamedPartial } from '../parsing/parse-template.js';
import type { RenderPlan } from './render-plan.js';
import type { TemplateEnvironment } from './template-environment.js';

/** For each part of a planned mail its own file, then the layouts and partials that it uses. */
export function filesOfPlan(plan: RenderPlan): Partial<Record<TemplatePart, TemplateFile[]>> {
  const used = TEMPLATE_PARTS.flatMap(part => {
    const planned = plan[part];
    return planned ? [[part, usedFiles(planned.file, planned.environment)] as const] : [];
  });
  return Object.fromEntries(used);
}

/** A file, and the layouts and partials that it uses by name, directly or not, each once. One that is broken uses none. */
function usedFiles(file: TemplateFile, environment: TemplateEnvironment): TemplateFile[] {
  const found = new Set<TemplateFile>();
  const add = (next: TemplateFile): void => {
    if (found.has(next)) return;
    found.add(next);
    for (const { name } of partialsNamedIn(next, environment)) {
      const partial = environment.partial(name);
      if (partial) add(partial);
    }
  };
  add(file);
  // Words are many, and no files of their own.
  return [...found].filter(({ word }) => !word);
}

function partialsNamedIn(file: TemplateFile, environment: TemplateEnvironment): readonly NamedPartial[] {
  try {
    return environment.namedIn(file);
  } catch {
    return [];
  }
}
