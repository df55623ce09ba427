import type { TemplateFile, TemplatePart } from '../files/template-file.js';
import { checkTimeZone } from '../helpers/time-zone.js';
import type { TemplateData, TemplateEnvironment } from './template-environment.js';

const MOST_KEPT = 1000;

/** One part of a template, and the environment in which it is rendered. */
export interface PlannedPart {
  readonly file: TemplateFile;
  readonly environment: TemplateEnvironment;
}

/** What rendering a template in a culture comes to; it is the same for every context. */
export interface RenderPlan extends Readonly<Record<TemplatePart, PlannedPart | undefined>> {
  /** Name of the template. */
  readonly name: string;
  /** The culture that the mail wants. */
  readonly wanted: string;
  /** The culture of the template that was found. */
  readonly culture: string;
  /** The cultures whose files it is made of, in the order in which they are looked through; '' for none. */
  readonly chain: readonly string[];
  readonly data: TemplateData;
}

/**
 * A plan for a mail whose reader has a time zone of its own. It is made for that mail alone: what is kept does not grow with zones.
 *
 * @throws {@link MailTemplateError} `EMAILTEMPLATENAME` for what is no time zone
 */
export function inTimeZone(plan: RenderPlan, timeZone: string | null | undefined): RenderPlan {
  if (timeZone === undefined || timeZone === null || timeZone === plan.data.timeZone) return plan;
  return { ...plan, data: { ...plan.data, timeZone: checkTimeZone(timeZone) } };
}

/** Keeps plans by template and culture, as a mail has named them. */
export class RenderPlans {
  readonly #plans = new Map<string, Map<string | undefined, RenderPlan>>();
  #count = 0;

  /** The plan for a template and a culture, as a mail has named them; undefined when there is none yet. */
  get(template: string, culture: string | undefined): RenderPlan | undefined {
    return this.#plans.get(template)?.get(culture);
  }

  /** Keeps a plan. */
  set(template: string, culture: string | undefined, plan: RenderPlan): void {
    // Cultures can come from requests; what is kept must not grow with them.
    if (this.#count >= MOST_KEPT) this.clear();
    const cultures = this.#plans.get(template) ?? new Map<string | undefined, RenderPlan>();
    this.#plans.set(template, cultures.set(culture, plan));
    this.#count++;
  }

  /** Forgets all plans, because the templates have changed. */
  clear(): void {
    this.#plans.clear();
    this.#count = 0;
  }
}
