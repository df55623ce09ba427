import { MailError } from '../../errors/mail-error.js';
import { MailTemplateError } from '../../errors/mail-template-error.js';
import { canonicalCulture } from '../culture.js';
import type { TemplateCatalog } from '../files/template-catalog.js';
import type { TemplateFile, TemplatePart } from '../files/template-file.js';
import { builtInHelpers } from '../helpers/builtin-helpers.js';
import { checkTimeZone, systemTimeZone } from '../helpers/time-zone.js';
import type { CssInliner } from '../inlining/css-inliner.js';
import type { ResolvedBrand } from '../mail-brand.js';
import { withBrand } from '../mail-brand.js';
import { MailRenderer } from '../mail-renderer.js';
import type { TemplateOptions } from '../template-options.js';
import type { LanguageNotice, RenderedMail, RenderOptions } from '../template-renderer.js';
import { HtmlToText } from '../text/html-to-text.js';
import type { CompiledTemplates } from './compiled-templates.js';
import { CompilerNeededError } from './compiled-templates.js';
import { EmbeddedImages } from './embedded-images.js';
import type { HandlebarsCompiler } from './handlebars-compiler.js';
import { rightToLeft } from './html-direction.js';
import { LANGUAGE_BELOW, LANGUAGE_BELOW_WORDS } from './language-below.js';
import { MadeHtml } from './made-html.js';
import { inliningError, renderError, textPartError } from './render-error.js';
import { RenderFailure, renderPart } from './render-part.js';
import type { RenderPlan } from './render-plan.js';
import { inTimeZone } from './render-plan.js';
import { RenderPlanner } from './render-planner.js';
import { filesOfPlan } from './used-files.js';
import { withBlanks, wrapText } from './wrap-text.js';

/** What a {@link HandlebarsTemplateRenderer} is made of. */
export interface HandlebarsTemplateRendererParts {
  readonly catalog: TemplateCatalog;
  /** The options of its mailer, which have been checked. */
  readonly options: TemplateOptions;
  readonly brand: ResolvedBrand;
  readonly compiled: CompiledTemplates;
  /** Inlines style sheets. @default they stay where they are */
  readonly inliner?: CssInliner;
}

/** Renders Handlebars templates from folders and texts; see docs/templates.md. */
export class HandlebarsTemplateRenderer extends MailRenderer {
  readonly #planner: RenderPlanner;
  readonly #brand: ResolvedBrand;
  readonly #images: EmbeddedImages;
  readonly #inliner: CssInliner | undefined;
  readonly #compiled: CompiledTemplates;
  readonly #htmlToText = new HtmlToText();
  #onClose: (() => void) | undefined;

  constructor({ catalog, options, brand, compiled, inliner }: HandlebarsTemplateRendererParts) {
    super();
    this.#inliner = inliner;
    this.#brand = brand;
    this.#compiled = compiled;
    this.#images = new EmbeddedImages(catalog.folders, brand.logo);
    this.#planner = new RenderPlanner(catalog, {
      defaultCulture: canonicalCulture(options.defaultCulture ?? 'en'),
      timeZone: checkTimeZone(options.timeZone ?? systemTimeZone()),
      brand,
      settings: {
        builtInHelpers: builtInHelpers(),
        helpers: options.helpers ?? {},
        made: new MadeHtml(),
        strict: options.strict ?? true,
        compiled,
        images: this.#images,
        tokens: inliner?.tokens,
      },
    });
  }

  /** The images that templates embed. */
  get images(): EmbeddedImages {
    return this.#images;
  }

  /** Takes other templates from now on. */
  replaceCatalog(catalog: TemplateCatalog): void {
    this.#planner.replaceCatalog(catalog);
    this.#images.clear();
    this.#inliner?.clear();
  }

  /** Has something done when the renderer is closed. */
  onClose(end: () => void): void {
    this.#onClose = end;
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
    const loading = this.#planner.prepare(planned);
    if (loading) await loading;
    const plan = inTimeZone(planned, options.timeZone);
    try {
      return await this.#render(plan, context, options.subject);
    } catch (error) {
      if (!(error instanceof RenderFailure)) throw error;
      const compiler = await this.#loadedFor(error);
      if (error.cause instanceof CompilerNeededError) return this.render(template, context, options);
      throw told(error, compiler);
    }
  }

  override async languageBelow(culture: string): Promise<LanguageNotice | undefined> {
    const plan = this.#planner.planPartial(LANGUAGE_BELOW, LANGUAGE_BELOW_WORDS, culture);
    if (!plan) return undefined;
    await this.#planner.prepare(plan);
    try {
      const [html, text] = [renderPart(plan, 'html', {}), renderPart(plan, 'text', {})];
      return { culture: plan.culture, html: (html?.text ?? '').trim(), text: (text?.text ?? '').trim() };
    } catch (error) {
      if (!(error instanceof RenderFailure)) throw error;
      const compiler = await this.#loadedFor(error);
      if (error.cause instanceof CompilerNeededError) return this.languageBelow(culture);
      throw told(error, compiler);
    }
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
    this.#onClose?.();
  }

  /** The compiler: to compile what is needed, or to tell the place of an error. Undefined where it cannot be loaded to tell one. */
  async #loadedFor({ cause }: RenderFailure): Promise<HandlebarsCompiler | undefined> {
    const loading = this.#compiled.compiler();
    return cause instanceof CompilerNeededError ? loading : loading.catch(() => undefined);
  }

  async #render(plan: RenderPlan, context: object, given: string | undefined): Promise<RenderedMail> {
    const { name, culture } = plan;
    const variables = withBrand(context, this.#brand.application);
    const subject = given ?? oneLine(renderPart(plan, 'subject', variables)?.text ?? '');
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

  async #textOf(plan: RenderPlan, html: string): Promise<string> {
    try {
      return await this.#htmlToText.convert(html, plan);
    } catch (error) {
      // What converts may not be there, and is no fault of the template.
      throw error instanceof MailError ? error : textPartError(plan, error);
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
}

function told(failure: RenderFailure, compiler: HandlebarsCompiler | undefined): MailTemplateError {
  return renderError(failure, (file, line, column) => compiler?.pathAt(file, line, column));
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
