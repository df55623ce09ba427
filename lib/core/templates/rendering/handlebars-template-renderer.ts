import { messageOf } from '../../errors/error-facts.js';
import { MailTemplateError } from '../../errors/mail-template-error.js';
import { canonicalCulture, cultureChain, directionOf, languageOf } from '../culture.js';
import { BUILT_IN_DIRECTORY } from '../files/built-in-directory.js';
import { usedChain } from '../files/find-parts.js';
import { TemplateCatalog } from '../files/template-catalog.js';
import type { TemplateFile } from '../files/template-file.js';
import type { TemplatePart } from '../files/template-file.js';
import { TEMPLATE_PARTS } from '../files/template-file.js';
import { checkTemplateName } from '../files/template-name.js';
import { partsOf } from '../files/find-parts.js';
import { watchDirectories } from '../files/template-watcher.js';
import { builtInHelpers } from '../helpers/builtin-helpers.js';
import type { CssInliner } from '../inlining/css-inliner.js';
import { loadInliner, notInlined } from '../inlining/load-inliner.js';
import type { MailBrand, ResolvedMailBrand } from '../mail-brand.js';
import { resolveBrand } from '../mail-brand.js';
import type { TemplateOptions } from '../template-options.js';
import type { RenderedMail, RenderOptions } from '../template-renderer.js';
import { TemplateRenderer } from '../template-renderer.js';
import type { TemplateLog } from './check-templates.js';
import { checkStyleSheets, checkTemplates } from './check-templates.js';
import { EmbeddedImages } from './embedded-images.js';
import { rightToLeft } from './html-direction.js';
import { HtmlToText } from './html-to-text.js';
import { renderError } from './render-error.js';
import type { PlannedPart, RenderPlan } from './render-plan.js';
import { RenderPlans } from './render-plan.js';
import { oneLine } from './subject-line.js';
import { checkCompiles, TemplateEnvironment } from './template-environment.js';
import type { EnvironmentSettings, RenderedPart } from './template-environment.js';
import { usedFiles } from './used-files.js';

/** Renders Handlebars templates from folders; see the README on templates. */
export class HandlebarsTemplateRenderer extends TemplateRenderer {
  #catalog: TemplateCatalog;
  readonly #options: TemplateOptions;
  readonly #defaultCulture: string;
  readonly #brand: ResolvedMailBrand;
  readonly #settings: EnvironmentSettings;
  readonly #environments = new Map<string, TemplateEnvironment>();
  readonly #plans = new RenderPlans();
  readonly #htmlToText = new HtmlToText();
  readonly #inliner: CssInliner | undefined;
  #stopWatching: (() => void) | undefined;

  private constructor(
    catalog: TemplateCatalog,
    options: TemplateOptions,
    brand: MailBrand | undefined,
    inliner: CssInliner | undefined,
  ) {
    super();
    this.#inliner = inliner;
    this.#catalog = catalog;
    this.#options = options;
    this.#defaultCulture = canonicalCulture(options.defaultCulture ?? 'en');
    this.#brand = resolveBrand(brand);
    this.#settings = {
      helpers: { ...builtInHelpers(options.timeZone), ...options.helpers },
      strict: options.strict ?? true,
      images: new EmbeddedImages(catalog.directories),
      tokens: inliner?.tokens,
    };
  }

  /**
   * Reads and checks all templates.
   *
   * @throws {@link MailTemplateError} `EMAILTEMPLATEDIRECTORY` or `EMAILTEMPLATESYNTAX`
   */
  static async create(
    options: TemplateOptions,
    brand: MailBrand | undefined,
    log: TemplateLog,
  ): Promise<HandlebarsTemplateRenderer> {
    const catalog = TemplateCatalog.load(options.directories ?? [], BUILT_IN_DIRECTORY);
    const inliner = await loadInliner(options);
    const renderer = new HandlebarsTemplateRenderer(catalog, options, brand, inliner);
    checkTemplates(catalog, file => renderer.#environmentOf(file), renderer.#settings.images, log);
    if (inliner) checkStyleSheets(catalog);
    if (options.watch) renderer.#watch(log);
    return renderer;
  }

  /**
   * A renderer of templates that were read already and of which some may be broken: what is wrong with a file comes up
   * when it is rendered. For tools that show templates while somebody writes them.
   */
  static async forCatalog(
    catalog: TemplateCatalog,
    options: TemplateOptions,
    brand: MailBrand | undefined,
  ): Promise<HandlebarsTemplateRenderer> {
    return new HandlebarsTemplateRenderer(catalog, options, brand, await loadInliner(options));
  }

  /** The names of all templates that can be rendered, built-in ones included. */
  get templates(): string[] {
    return this.#catalog.templates;
  }

  override async render(
    template: string,
    context: object,
    options: RenderOptions = {},
  ): Promise<RenderedMail> {
    const plan = this.#plans.get(template, options.culture) ?? this.#plan(template, options.culture);
    const { name, culture } = plan;
    const variables = this.#branded(context);
    const subject = oneLine(run(plan, 'subject', variables)?.text ?? '');
    const page = run(plan, 'html', variables);
    const source = page && (plan.data.dir === 'rtl' ? rightToLeft(page.text, plan.data.culture) : page.text);
    const html = page?.values && source !== undefined ? this.#inlined(plan, source, page.values) : source;
    const text =
      run(plan, 'text', variables)?.text ??
      (source === undefined ? '' : await this.#htmlToText.convert(this.#plain(source, page?.values), plan));
    if (isBlank(text) && isBlank(html ?? '')) {
      throw new MailTemplateError(
        'EMAILTEMPLATEEMPTY',
        `The template "${name}" renders to nothing with this context.`,
        { template: name, culture },
      );
    }
    return {
      subject,
      ...(html !== undefined && { html }),
      text,
      culture,
      ...(page?.images && { attachments: [...page.images] }),
    };
  }

  /**
   * What a template is made of in a culture: the file of each part, and behind it the layouts and partials that it uses.
   *
   * @throws {@link MailTemplateError} when it does not exist in whole
   */
  filesOf(template: string, culture: string | undefined): Partial<Record<TemplatePart, TemplateFile[]>> {
    const plan = this.#plan(template, culture);
    const used = TEMPLATE_PARTS.flatMap(part => {
      const planned = plan[part];
      return planned ? [[part, usedFiles(planned.file, planned.environment)] as const] : [];
    });
    return Object.fromEntries(used);
  }

  override async close(): Promise<void> {
    this.#stopWatching?.();
  }

  /** A page with its style sheets in its elements. */
  #inlined(plan: RenderPlan, source: string, values: readonly string[]): string {
    try {
      return this.#inliner ? this.#inliner.inline(source, values) : source;
    } catch {
      throw notInlined(plan);
    }
  }

  /** A page as it was before its style sheets were inlined. */
  #plain(source: string, values: readonly string[] | undefined): string {
    return values && this.#inliner ? this.#inliner.tokens.restore(source, values) : source;
  }

  /** Finds out what rendering a template in a culture comes to. */
  #plan(template: string, asked: string | undefined): RenderPlan {
    const name = checkTemplateName(template);
    const wanted = asked === undefined ? this.#defaultCulture : canonicalCulture(asked);
    const chain = this.#chain(wanted);
    const files = partsOf(this.#catalog, name, { chain, wanted: cultureChain(wanted, this.#defaultCulture) });
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
      data: { culture: format, dir: directionOf(format), brand: this.#brand },
      subject: planned(files.subject),
      html: planned(files.html),
      text: planned(files.text),
    };
    this.#plans.set(template, asked, plan);
    return plan;
  }

  /** The brand's name and address stand in for those that the context does not give. */
  #branded(context: object): object {
    const { applicationName, applicationUri } = this.#brand;
    if (applicationName === '' && applicationUri === '') return context;
    return {
      ...(applicationName !== '' && { applicationName }),
      ...(applicationUri !== '' && { applicationUri }),
      ...context,
    };
  }

  #chain(culture: string): string[] {
    return usedChain(this.#catalog, culture, this.#defaultCulture);
  }

  #environment(part: TemplatePart, chain: readonly string[]): TemplateEnvironment {
    const key = `${part}|${chain.join('|')}`;
    const known = this.#environments.get(key);
    if (known) return known;
    const environment = new TemplateEnvironment(part, chain, this.#catalog, this.#settings);
    this.#environments.set(key, environment);
    return environment;
  }

  /** The environment in which a file of the catalog is rendered for its own culture. */
  #environmentOf({ part, culture }: TemplateFile): TemplateEnvironment {
    return this.#environment(
      part,
      this.#chain(culture === '' ? this.#defaultCulture : canonicalCulture(culture)),
    );
  }

  #watch(log: TemplateLog): void {
    const directories = this.#options.directories ?? [];
    this.#stopWatching = watchDirectories(directories, () => {
      try {
        const catalog = TemplateCatalog.load(directories, BUILT_IN_DIRECTORY);
        for (const file of catalog.files) if (!file.builtIn) checkCompiles(file);
        if (this.#inliner) checkStyleSheets(catalog);
        this.#catalog = catalog;
        this.#environments.clear();
        this.#settings.images.clear();
        this.#inliner?.clear();
        this.#plans.clear();
        log.log('Mail templates reloaded.');
      } catch (error) {
        log.error(`Mail templates keep their last good state: ${messageOf(error)}`);
      }
    });
  }
}

function run(plan: RenderPlan, part: TemplatePart, context: object): RenderedPart | undefined {
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

function isBlank(text: string): boolean {
  return !/\S/.test(text);
}
