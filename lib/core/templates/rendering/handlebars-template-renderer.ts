import { messageOf } from '../../errors/error-facts.js';
import { MailTemplateError } from '../../errors/mail-template-error.js';
import { canonicalCulture } from '../culture.js';
import { BuiltInTemplates } from '../files/built-in-templates.js';
import { TemplateCatalog } from '../files/template-catalog.js';
import type { TemplateFile, TemplatePart } from '../files/template-file.js';
import { templateFolders } from '../files/template-folders.js';
import { watchDirectories } from '../files/template-watcher.js';
import { builtInHelpers } from '../helpers/builtin-helpers.js';
import { checkTimeZone, systemTimeZone } from '../helpers/time-zone.js';
import type { CssInliner } from '../inlining/css-inliner.js';
import type { MailBrand } from '../mail-brand.js';
import { ResolvedBrand, withBrand } from '../mail-brand.js';
import { MailRenderer } from '../mail-renderer.js';
import type { TemplateOptions } from '../template-options.js';
import type { LanguageNotice, RenderedMail, RenderOptions } from '../template-renderer.js';
import { HtmlToText } from '../text/html-to-text.js';
import { checkHelpers } from './check-helpers.js';
import type { ReferenceScope } from './check-references.js';
import type { TemplateLog } from './check-templates.js';
import { checkSources, checkStyleSheets, checkTemplates } from './check-templates.js';
import { EmbeddedImages } from './embedded-images.js';
import { rightToLeft } from './html-direction.js';
import { LANGUAGE_BELOW, LANGUAGE_BELOW_WORDS } from './language-below.js';
import { MadeHtml } from './made-html.js';
import { inliningError, textPartError } from './render-error.js';
import { renderPart } from './render-part.js';
import type { RenderPlan } from './render-plan.js';
import { inTimeZone } from './render-plan.js';
import { RenderPlanner } from './render-planner.js';
import type { WantedCulture } from './unspoken-cultures.js';
import { unspokenCultures } from './unspoken-cultures.js';
import { filesOfPlan } from './used-files.js';
import { withBlanks, wrapText } from './wrap-text.js';

/** Renders Handlebars templates from folders and texts; see docs/templates.md. */
export class HandlebarsTemplateRenderer extends MailRenderer {
  readonly #planner: RenderPlanner;
  readonly #brand: ResolvedBrand;
  readonly #images: EmbeddedImages;
  readonly #inliner: CssInliner | undefined;
  readonly #htmlToText = new HtmlToText();
  readonly #defaultCulture: string;
  readonly #helpers: readonly string[];
  #stopWatching: (() => void) | undefined;

  private constructor(
    catalog: TemplateCatalog,
    options: TemplateOptions,
    brand: ResolvedBrand,
    inliner: CssInliner | undefined,
  ) {
    super();
    this.#inliner = inliner;
    this.#brand = brand;
    this.#images = new EmbeddedImages(catalog.folders, this.#brand.logo);
    this.#defaultCulture = canonicalCulture(options.defaultCulture ?? 'en');
    const builtIn = builtInHelpers();
    const helpers = options.helpers ?? {};
    this.#helpers = ['embed', ...Object.keys(builtIn), ...Object.keys(helpers)];
    this.#planner = new RenderPlanner(catalog, {
      defaultCulture: this.#defaultCulture,
      timeZone: checkTimeZone(options.timeZone ?? systemTimeZone()),
      brand: this.#brand,
      settings: {
        builtInHelpers: builtIn,
        helpers,
        made: new MadeHtml(),
        strict: options.strict ?? true,
        images: this.#images,
        tokens: inliner?.tokens,
      },
    });
  }

  /**
   * Reads and checks all templates.
   *
   * @param cultures those that mails are wanted in: which of them built-in mails do not speak is logged. @default none
   * @param builtIn the built-in templates, which several renderers may share. @default this one has its own
   * @throws {@link MailTemplateError} `EMAILTEMPLATEDIRECTORY`, `EMAILTEMPLATESYNTAX`, `EMAILTEMPLATEHELPER`,
   *   `EMAILTEMPLATEPARTIAL` or `EMAILTEMPLATEINLINE`
   */
  static async create(
    options: TemplateOptions,
    brand: MailBrand | undefined,
    log: TemplateLog,
    cultures: readonly WantedCulture[] = [],
    builtIn = new BuiltInTemplates(),
  ): Promise<HandlebarsTemplateRenderer> {
    checkHelpers(options.helpers ?? {});
    const catalog = TemplateCatalog.load(templateFolders(options), undefined, builtIn);
    const renderer = await HandlebarsTemplateRenderer.forCatalog(catalog, options, brand);
    for (const warning of renderer.#brand.warnings) log.warn(`brand.${warning}.`);
    checkTemplates(renderer.#scopeOf(catalog), renderer.#images, log);
    if (renderer.#inliner) checkStyleSheets(catalog);
    for (const warning of unspokenCultures(catalog, cultures)) log.warn(warning);
    if (options.watch) renderer.#watch(options, builtIn, log);
    return renderer;
  }

  /**
   * A renderer of templates that were read already and of which some may be broken: what is wrong with a file comes up
   * when it is rendered. For tools that show templates while somebody writes them.
   *
   * @throws {@link MailTemplateError} `EMAILTEMPLATEINLINE` when style sheets are to be inlined and the package for it is
   *   not installed
   */
  static async forCatalog(
    catalog: TemplateCatalog,
    options: TemplateOptions,
    brand: MailBrand | undefined,
  ): Promise<HandlebarsTemplateRenderer> {
    // Imported only with the option inlineCss, because other applications do not install what it needs.
    const inliner = options.inlineCss
      ? await (await import('../inlining/css-inliner.js')).CssInliner.load()
      : undefined;
    return new HandlebarsTemplateRenderer(catalog, options, new ResolvedBrand(brand), inliner);
  }

  /**
   * A renderer of templates of which it is known that nothing is wrong with them, with options that have been checked.
   *
   * @param builtIn the built-in templates, which several renderers may share. @default this one has its own
   */
  static forChecked(
    options: TemplateOptions,
    brand: ResolvedBrand,
    builtIn = new BuiltInTemplates(),
  ): HandlebarsTemplateRenderer {
    const catalog = TemplateCatalog.load(templateFolders(options), undefined, builtIn);
    return new HandlebarsTemplateRenderer(catalog, options, brand, undefined);
  }

  /** The names of all templates that can be rendered, built-in ones included. */
  get templates(): string[] {
    return this.#planner.templates;
  }

  override async render(
    template: string,
    context: object,
    options: RenderOptions = {},
  ): Promise<RenderedMail> {
    const planned = this.#planner.plan(template, options.culture ?? undefined, options.subject === undefined);
    const plan = inTimeZone(planned, options.timeZone);
    const { name, culture } = plan;
    const variables = withBrand(context, this.#brand.application);
    const subject = options.subject ?? oneLine(renderPart(plan, 'subject', variables)?.text ?? '');
    const page = renderPart(plan, 'html', variables);
    const source = page && (plan.data.dir === 'rtl' ? rightToLeft(page.text, plan.data.culture) : page.text);
    const html = page?.values && source !== undefined ? this.#inlined(plan, source, page.values) : source;
    const text =
      textPart(plan, variables) ??
      // Of the page as it is sent: style sheets that were inlined may hide something.
      (html === undefined ? '' : await this.#textOf(plan, html));
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

  override async languageBelow(culture: string): Promise<LanguageNotice | undefined> {
    const plan = this.#planner.planPartial(LANGUAGE_BELOW, LANGUAGE_BELOW_WORDS, culture);
    if (!plan) return undefined;
    const [html, text] = [renderPart(plan, 'html', {}), renderPart(plan, 'text', {})];
    return { culture: plan.culture, html: (html?.text ?? '').trim(), text: (text?.text ?? '').trim() };
  }

  /**
   * What a template is made of in a culture: the file of each part, and behind it the layouts and partials that it uses.
   *
   * @throws {@link MailTemplateError} when it does not exist in whole
   */
  filesOf(template: string, culture: string | undefined): Partial<Record<TemplatePart, TemplateFile[]>> {
    return filesOfPlan(this.#planner.plan(template, culture));
  }

  override async close(): Promise<void> {
    this.#stopWatching?.();
  }

  async #textOf(plan: RenderPlan, html: string): Promise<string> {
    try {
      return await this.#htmlToText.convert(html, plan);
    } catch (error) {
      throw textPartError(plan, error);
    }
  }

  /** The page with the rules of its style sheets written into its elements. */
  #inlined(plan: RenderPlan, source: string, values: readonly string[]): string {
    try {
      return this.#inliner ? this.#inliner.inline(source, values) : source;
    } catch (error) {
      throw inliningError(plan, error);
    }
  }

  #watch(options: TemplateOptions, builtIn: BuiltInTemplates, log: TemplateLog): void {
    const { directories = [], sources } = options;
    if (directories.length === 0 && sources)
      log.warn(
        'templates.watch sees the files of templates.directories, of which there are none; templates.sources is code, which changes when the application is built and started again.',
      );
    this.#stopWatching = watchDirectories(directories, () => {
      try {
        this.#reload(options, builtIn, log);
        log.log('Mail templates reloaded.');
      } catch (error) {
        log.error(`Mail templates keep their last good state: ${messageOf(error)}`);
      }
    });
  }

  #scopeOf(catalog: TemplateCatalog): ReferenceScope {
    return { catalog, defaultCulture: this.#defaultCulture, helpers: this.#helpers };
  }

  /** Reads all templates anew. When one of them is broken, the templates that were read before stay. */
  #reload(options: TemplateOptions, builtIn: BuiltInTemplates, log: TemplateLog): void {
    const catalog = TemplateCatalog.load(templateFolders(options), undefined, builtIn);
    checkSources(this.#scopeOf(catalog), message => log.warn(message));
    if (this.#inliner) checkStyleSheets(catalog);
    this.#planner.replaceCatalog(catalog);
    this.#images.clear();
    this.#inliner?.clear();
  }
}

/** The text that a template has. The words of built-in mails cannot know where lines end, those of a notification are the caller's. */
function textPart(plan: RenderPlan, context: object): string | undefined {
  const text = renderPart(plan, 'text', context)?.text;
  if (text === undefined) return undefined;
  const wraps = plan.text?.file.builtIn && plan.name !== 'notification';
  return withBlanks(wraps ? wrapText(text.trimStart(), context) : text);
}

/** A subject on one line: line ends become one blank, so that words stay apart; other control characters go. */
function oneLine(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text.trim();
  return text
    .replace(/[\t-\r\u0085\p{Zl}\p{Zp} ]+/gu, blanks => (/^ +$/.test(blanks) ? blanks : ' '))
    .replace(/\p{Cc}+/gu, '')
    .trim();
}

function isBlank(text: string): boolean {
  return !/\S/.test(text);
}
