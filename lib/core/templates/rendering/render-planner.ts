import { canonicalCulture, cultureChain, directionOf, languageOf } from '../culture.js';
import { partsOf, usedChain } from '../files/find-parts.js';
import type { TemplateCatalog } from '../files/template-catalog.js';
import type { TemplateFile, TemplatePart } from '../files/template-file.js';
import { checkTemplateName } from '../files/template-name.js';
import type { ResolvedMailBrand } from '../mail-brand.js';
import type { PlannedPart, RenderPlan } from './render-plan.js';
import { RenderPlans } from './render-plan.js';
import type { EnvironmentSettings } from './template-environment.js';
import { TemplateEnvironment } from './template-environment.js';

/** What a mailer's templates are rendered with, whatever the template. */
export interface RenderPlannerOptions {
  /** Default culture, as a BCP 47 tag. */
  readonly defaultCulture: string;
  /** Zone of the mails that name none, as an IANA name. */
  readonly timeZone: string;
  readonly brand: ResolvedMailBrand;
  readonly settings: EnvironmentSettings;
}

/** Finds the files of which a template is made in a culture, and the environments in which they are rendered. */
export class RenderPlanner {
  #catalog: TemplateCatalog;
  readonly #options: RenderPlannerOptions;
  readonly #environments = new Map<string, TemplateEnvironment>();
  readonly #plans = new RenderPlans();

  constructor(catalog: TemplateCatalog, options: RenderPlannerOptions) {
    this.#catalog = catalog;
    this.#options = options;
  }

  /** The names of all templates that can be planned, built-in ones included. */
  get templates(): string[] {
    return this.#catalog.templates;
  }

  /** Takes other files from now on, because the templates have changed. */
  replaceCatalog(catalog: TemplateCatalog): void {
    this.#catalog = catalog;
    this.#environments.clear();
    this.#plans.clear();
  }

  /**
   * What rendering a template in a culture comes to. It is found out once, and kept.
   *
   * @param culture @default the default culture
   * @throws {@link MailTemplateError} when there is no such template, or not all of it
   */
  plan(template: string, culture: string | undefined): RenderPlan {
    return this.#plans.get(template, culture) ?? this.#makePlan(template, culture);
  }

  #makePlan(template: string, asked: string | undefined): RenderPlan {
    const { defaultCulture, timeZone, brand } = this.#options;
    const name = checkTemplateName(template, this.#catalog.templates);
    const wanted = asked === undefined ? defaultCulture : canonicalCulture(asked);
    const chain = this.#chain(wanted);
    const files = partsOf(this.#catalog, name, { chain, wanted: cultureChain(wanted, defaultCulture) });
    const found = (files.html ?? files.text ?? files.subject)?.culture ?? '';
    const culture = found === '' ? wanted : canonicalCulture(found);
    // A mail for fr-CA that is found in fr writes its dates as Canadians do; one found in another language or script
    // does not.
    const alike = languageOf(culture) === languageOf(wanted) && directionOf(culture) === directionOf(wanted);
    const format = alike ? wanted : culture;
    const planned = (file: TemplateFile | undefined): PlannedPart | undefined =>
      file && { file, environment: this.#environment(file.part, chain) };
    const plan: RenderPlan = {
      name,
      wanted,
      culture,
      data: { culture: format, dir: directionOf(format), timeZone, brand },
      subject: planned(files.subject),
      html: planned(files.html),
      text: planned(files.text),
    };
    this.#plans.set(template, asked, plan);
    return plan;
  }

  #chain(culture: string): string[] {
    return usedChain(this.#catalog, culture, this.#options.defaultCulture);
  }

  #environment(part: TemplatePart, chain: readonly string[]): TemplateEnvironment {
    const key = `${part}|${chain.join('|')}`;
    const known = this.#environments.get(key);
    if (known) return known;
    const environment = new TemplateEnvironment(part, chain, this.#catalog, this.#options.settings);
    this.#environments.set(key, environment);
    return environment;
  }
}
