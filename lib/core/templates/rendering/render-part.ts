import { canonicalCulture } from '../culture.js';
import type { TemplatePart } from '../files/template-file.js';
import { renderError } from './render-error.js';
import type { RenderPlan } from './render-plan.js';
import type { RenderedPart } from './template-environment.js';

/**
 * Renders one part of a planned mail; undefined when the template has no such part.
 *
 * @throws {@link MailTemplateError} that says which template, part, culture, line and variable
 */
export function renderPart(plan: RenderPlan, part: TemplatePart, context: object): RenderedPart | undefined {
  const planned = plan[part];
  if (!planned) return undefined;
  const { file, environment } = planned;
  try {
    return environment.render(file, context, plan.data);
  } catch (error) {
    throw renderError(error, {
      template: plan.name,
      part,
      culture: file.culture === '' ? plan.wanted : canonicalCulture(file.culture),
      origin: environment.originOf(error),
      file,
    });
  }
}
