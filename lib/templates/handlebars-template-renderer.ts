import { MailTemplateError } from '../errors/mail-template-error.js';
import { BUILT_IN_DIRECTORY } from './built-in-directory.js';
import { builtInHelpers } from './helpers/builtin-helpers.js';
import { canonicalCulture, cultureChain, directionOf, languageOf } from './culture.js';
import { HtmlToText } from './html-to-text.js';
import type { MailBrand, ResolvedMailBrand } from './mail-brand.js';
import { resolveBrand } from './mail-brand.js';
import { renderError } from './render-error.js';
import { COPY_HINT, TemplateCatalog } from './template-catalog.js';
import type { TemplateFile } from './template-catalog.js';
import type { TemplateLog } from './check-templates.js';
import { checkTemplates } from './check-templates.js';
import { TemplateEnvironment, checkCompiles } from './template-environment.js';
import type { EnvironmentSettings } from './template-environment.js';
import type { TemplatePart } from './template-file.js';
import { TEMPLATE_PARTS, cultureKey } from './template-file.js';
import { checkTemplateName } from './template-name.js';
import type { TemplateOptions } from './template-options.js';
import type { RenderOptions, RenderedMail } from './template-renderer.js';
import { TemplateRenderer } from './template-renderer.js';
import { usedFiles } from './used-files.js';
import { watchDirectories } from './template-watcher.js';
import { messageOf } from '../errors/error-facts.js';
import type { PlannedPart, RenderPlan } from './render-plan.js';
import { RenderPlans } from './render-plan.js';

const BUILT_IN_CULTURE = 'en';

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
  #stopWatching: (() => void) | undefined;

  private constructor(catalog: TemplateCatalog, options: TemplateOptions, brand: MailBrand | undefined) {
    super();
    this.#catalog = catalog;
    this.#options = options;
    this.#defaultCulture = canonicalCulture(options.defaultCulture ?? 'en');
    this.#brand = resolveBrand(brand);
    this.#settings = {
      helpers: { ...builtInHelpers(options.timeZone), ...options.helpers },
      strict: options.strict ?? true,
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
    const renderer = new HandlebarsTemplateRenderer(catalog, options, brand);
    checkTemplates(catalog, file => renderer.#environmentOf(file), log);
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
    return new HandlebarsTemplateRenderer(catalog, options, brand);
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
    const subject = oneLine(run(plan, 'subject', variables) ?? '');
    const html = run(plan, 'html', variables);
    const text =
      run(plan, 'text', variables) ?? (html === undefined ? '' : await this.#htmlToText.convert(html, plan));
    if (isBlank(text) && isBlank(html ?? '')) {
      throw new MailTemplateError(
        'EMAILTEMPLATEEMPTY',
        `The template "${name}" renders to nothing with this context.`,
        { template: name, culture },
      );
    }
    return { subject, ...(html !== undefined && { html }), text, culture };
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

  /** Finds out what rendering a template in a culture comes to. */
  #plan(template: string, asked: string | undefined): RenderPlan {
    const name = checkTemplateName(template);
    const wanted = asked === undefined ? this.#defaultCulture : canonicalCulture(asked);
    const chain = this.#chain(wanted);
    const files = this.#files(name, chain, wanted);
    const found = (files.html ?? files.text ?? files.subject)?.culture ?? '';
    const culture = found === '' ? wanted : canonicalCulture(found);
    // A mail for fr-CA that is found in fr writes its dates as Canadians do; one found in another language does not.
    const format = languageOf(culture) === languageOf(wanted) ? wanted : culture;
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

  /** The parts of the culture chain for which there are files; any other culture would only multiply environments. */
  #chain(culture: string): string[] {
    return cultureChain(culture, this.#defaultCulture).filter(
      link => link === '' || this.#catalog.hasCulture(cultureKey(link)),
    );
  }

  #files(
    name: string,
    chain: readonly string[],
    culture: string,
  ): Partial<Record<TemplatePart, TemplateFile>> {
    const files = this.#found(name, chain);
    const wanted = cultureChain(culture, this.#defaultCulture);
    if (!files.html && !files.text) {
      const searched = this.#catalog.pathsTried(
        name,
        files.subject ? ['html', 'text'] : TEMPLATE_PARTS,
        wanted,
      );
      throw new MailTemplateError(
        files.subject ? 'EMAILTEMPLATEEMPTY' : 'EMAILTEMPLATENOTFOUND',
        `${files.subject ? `The template "${name}" has neither an html nor a text part` : `There is no template "${name}"`}. ${hint(searched)}`,
        { template: name, culture, searched },
      );
    }
    if (!files.subject) {
      const searched = this.#catalog.pathsTried(name, ['subject'], wanted);
      throw new MailTemplateError(
        'EMAILTEMPLATENOTFOUND',
        `The template "${name}" has no subject. ${hint(searched)}`,
        {
          template: name,
          part: 'subject',
          culture,
          searched,
        },
      );
    }
    return files;
  }

  /** Built-in mails exist in few languages; where the default culture is another one they are English, not missing. */
  #found(name: string, chain: readonly string[]): Partial<Record<TemplatePart, TemplateFile>> {
    const own = (part: TemplatePart): TemplateFile | undefined => this.#catalog.find(name, part, chain);
    const builtIn = (part: TemplatePart): TemplateFile | undefined => {
      const file = this.#catalog.find(name, part, [BUILT_IN_CULTURE]);
      return file?.builtIn ? file : undefined;
    };
    const [subject, html, text] = [own('subject') ?? builtIn('subject'), own('html'), own('text')];
    return html || text ? { subject, html, text } : { subject, html: builtIn('html'), text: builtIn('text') };
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
        this.#catalog = catalog;
        this.#environments.clear();
        this.#plans.clear();
        log.log('Mail templates reloaded.');
      } catch (error) {
        log.error(`Mail templates keep their last good state: ${messageOf(error)}`);
      }
    });
  }
}

function run(plan: RenderPlan, part: TemplatePart, context: object): string | undefined {
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

/** Line ends become one blank, so that words stay apart; other control characters go. */
function oneLine(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text.trim();
  return text
    .replace(/[\t-\r\u0085\p{Zl}\p{Zp} ]+/gu, blanks => (/^ +$/.test(blanks) ? blanks : ' '))
    .replace(/\p{Cc}+/gu, '')
    .trim();
}

function hint(searched: readonly string[]): string {
  return `Looked for:\n${searched.map(path => `  ${path}`).join('\n')}\n${COPY_HINT}`;
}
