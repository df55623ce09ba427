import { canonicalCulture, cultureChain, directionOf, languageOf } from '../culture.js';
import { partsOf, usedChain } from '../files/find-parts.js';
import type { TemplateCatalog } from '../files/template-catalog.js';
import type { TemplateFile, TemplatePart } from '../files/template-file.js';
import { TEMPLATE_PARTS } from '../files/template-file.js';
import { checkTemplateName } from '../files/template-name.js';
import { cultureKey } from '../files/template-path.js';
import type { ResolvedBrand } from '../mail-brand.js';
import type { PlannedPart, RenderPlan } from './render-plan.js';
import { RenderPlans } from './render-plan.js';
import type { EnvironmentSettings } from './template-environment.js';
import { TemplateEnvironment } from './template-environment.js';

/** Built-in mails whose words are the caller's: they speak the wanted language, even where the fixed words do not. */
const WORDS_OF_THE_CALLER: ReadonlySet<string> = new Set(['notification']);

/** What a mailer's templates are rendered with, whatever the template. */
export interface RenderPlannerOptions {
  /** Default culture, as a BCP 47 tag. */
  readonly defaultCulture: string;
  /** Zone of the mails that name none, as an IANA name. */
  readonly timeZone: string;
  readonly brand: ResolvedBrand;
  readonly settings: EnvironmentSettings;
}

/** Finds the files of which a template is made in a culture, and the environments in which they are rendered. */
export class RenderPlanner {
  #catalog: TemplateCatalog;
  readonly #options: RenderPlannerOptions;
  readonly #environments = new Map<string, TemplateEnvironment>();
  readonly #plans = new RenderPlans();
  readonly #prepared = new WeakSet<RenderPlan>();

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
   * @param needsSubject whether the template must have a subject; a message may bring its own
   * @throws {@link MailTemplateError} when there is no such template, or not all of it
   */
  plan(template: string, culture: string | undefined, needsSubject = true): RenderPlan {
    const known = this.#plans.get(template, culture);
    return known && (known.subject || !needsSubject)
      ? known
      : this.#makePlan(template, culture, needsSubject);
  }

  /**
   * What rendering a partial by itself comes to.
   *
   * @param words the partial that holds its words, which must be there in the language itself
   * @returns undefined where it is not there in that language
   */
  planPartial(name: string, words: string, asked: string): RenderPlan | undefined {
    const { defaultCulture, timeZone, brand } = this.#options;
    const culture = canonicalCulture(asked);
    const chain = this.#chain(culture);
    const planned = (part: TemplatePart): PlannedPart | undefined => {
      const environment = this.#environment(part, chain);
      const file = environment.partial(name);
      const spoken = environment.partial(words)?.culture;
      return file && spoken !== undefined && languageOf(spoken) === languageOf(cultureKey(culture))
        ? { file, environment }
        : undefined;
    };
    const [html, text] = [planned('html'), planned('text')];
    if (!html || !text) return undefined;
    const data = { culture, dir: directionOf(culture), timeZone, brand: brand.in(culture, defaultCulture) };
    return { name, wanted: culture, culture, chain, data, subject: undefined, html, text };
  }

  /** Loads what rendering a plan needs; undefined when it is there. */
  prepare(plan: RenderPlan): Promise<unknown> | undefined {
    if (this.#prepared.has(plan)) return undefined;
    const { compiled } = this.#options.settings;
    const loading = TEMPLATE_PARTS.flatMap(part => {
      const file = plan[part]?.file;
      return (file && compiled.prepare(file, plan.chain)) ?? [];
    });
    if (loading.length === 0) this.#prepared.add(plan);
    return loading.length === 0 ? undefined : Promise.all(loading);
  }

  #makePlan(template: string, asked: string | undefined, needsSubject: boolean): RenderPlan {
    const { defaultCulture, timeZone, brand } = this.#options;
    const name = checkTemplateName(template, this.#catalog.templates);
    const wanted = asked === undefined ? defaultCulture : canonicalCulture(asked);
    const chain = this.#chain(wanted);
    const cultures = { chain, wanted: cultureChain(wanted, defaultCulture) };
    const files = partsOf(this.#catalog, name, cultures, needsSubject);
    const main = files.html ?? files.text ?? files.subject;
    const found = main?.culture ?? '';
    const spoken = found === '' ? wanted : canonicalCulture(found);
    // A mail for fr-CA that is found in fr writes its dates as Canadians do; one found in another language or script
    // does not.
    const alike = languageOf(spoken) === languageOf(wanted) && directionOf(spoken) === directionOf(wanted);
    const isCallers = WORDS_OF_THE_CALLER.has(name) && main?.builtIn === true;
    const culture = isCallers && !alike ? wanted : spoken;
    const format = alike ? wanted : culture;
    const planned = (file: TemplateFile | undefined): PlannedPart | undefined =>
      file && { file, environment: this.#environment(file.part, chain) };
    const plan: RenderPlan = {
      name,
      wanted,
      culture,
      chain,
      data: { culture: format, dir: directionOf(format), timeZone, brand: brand.in(format, defaultCulture) },
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
