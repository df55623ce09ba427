import type { TemplatePart } from '../files/template-file.js';
import type { ErrorOrigin } from './error-origins.js';
import type { PlannedPart, RenderPlan } from './render-plan.js';
import type { RenderedPart } from './template-environment.js';

/** A part of a mail could not be rendered; `renderError` tells why. */
export class RenderFailure extends Error {
  override readonly name = 'RenderFailure';
  readonly plan: RenderPlan;
  readonly planned: PlannedPart;
  /** Where the error came up, perhaps in a layout or partial; undefined when no template has thrown it. */
  readonly origin: ErrorOrigin | undefined;

  /** @param cause whatever the template threw */
  constructor(plan: RenderPlan, planned: PlannedPart, cause: unknown) {
    super('a part of a mail could not be rendered', { cause });
    this.plan = plan;
    this.planned = planned;
    this.origin = planned.environment.originOf(cause);
  }
}

/**
 * Renders one part of a planned mail; undefined when the template has no such part.
 *
 * @throws {@link RenderFailure}
 */
export function renderPart(plan: RenderPlan, part: TemplatePart, context: object): RenderedPart | undefined {
  const planned = plan[part];
  if (!planned) return undefined;
  try {
    return planned.environment.render(planned.file, context, plan.data);
  } catch (error) {
    throw new RenderFailure(plan, planned, error);
  }
}
