import { lateImport } from '../errors/late-import.js';
import { MailTemplateError } from '../errors/mail-template-error.js';
import { printable } from '../redaction/printable.js';
import { canonicalCulture } from '../templates/culture.js';
import { nearestTemplate } from '../templates/files/nearest-template.js';
import { checkTemplateName } from '../templates/files/template-name.js';
import { MailRenderer } from '../templates/mail-renderer.js';
import { templateNamesOf } from '../templates/renderer-listing.js';
import { rendererWords } from '../templates/renderer-words.js';
import type {
  LanguageNotice,
  RenderedMail,
  RenderOptions,
  TemplateRenderer,
} from '../templates/template-renderer.js';
import type { OwnRenderer, OwnRendererOptions } from './own-renderer.js';

const importAsking = lateImport(() => import('./own-renderer.js'));

/** Who makes the mails of a mailer that has a renderer of the application. */
export interface RendererChainParts extends OwnRendererOptions {
  /** The application's renderer, which is asked first. */
  readonly own: TemplateRenderer;
  /** Makes what the first one does not have. @default nobody does */
  readonly next?: MailRenderer;
}

/** The renderer of the application, and behind it the Handlebars templates: each makes the mails that it has templates for. */
export class RendererChain extends MailRenderer {
  override readonly asked: string;
  #own: OwnRenderer | undefined;
  readonly #parts: RendererChainParts;

  constructor(parts: RendererChainParts) {
    super();
    this.#parts = parts;
    canonicalCulture(parts.defaultCulture);
    this.asked = rendererWords(parts.own);
  }

  override async render(
    template: string,
    context: object,
    options: RenderOptions = {},
  ): Promise<RenderedMail> {
    const { next } = this.#parts;
    // A renderer may read files by this name.
    if (next) await this.#checkName(template);
    const answer = await (this.#own ?? (await this.#asking())).render(template, context, options);
    if (answer.mail) return answer.mail;
    const { refusal } = answer;
    if (!next) throw await this.#nobodyHas(template, refusal);
    try {
      return await next.render(template, context, options);
    } catch (error) {
      const missing = error instanceof MailTemplateError && error.code === 'EMAILTEMPLATENOTFOUND';
      throw missing ? await this.#nobodyHas(template, refusal, error) : error;
    }
  }

  override async languageBelow(culture: string): Promise<LanguageNotice | undefined> {
    return (
      (await (await this.#asking()).languageBelow(culture)) ?? this.#parts.next?.languageBelow?.(culture)
    );
  }

  override async close(): Promise<void> {
    await Promise.all([(await this.#asking()).close(), this.#parts.next?.close()]);
  }

  /** What asks the renderer of the application: imported with the first mail that it is asked for. */
  async #asking(): Promise<OwnRenderer> {
    const { OwnRenderer: Asking } = await importAsking();
    return (this.#own ??= new Asking(this.#parts.own, this.#parts));
  }

  /** Refuses what is no name, with the one that was probably meant. */
  async #checkName(template: string): Promise<void> {
    try {
      checkTemplateName(template);
    } catch {
      checkTemplateName(template, await this.#names());
    }
  }

  async #names(): Promise<readonly string[]> {
    // A renderer that cannot say which templates it has may render them all the same.
    return (await templateNamesOf(this.#parts.own).catch(() => undefined)) ?? [];
  }

  /**
   * @param refusal the error by which the renderer of the application said so
   * @param other what the one behind it said. @default there is none
   */
  async #nobodyHas(
    template: string,
    refusal: MailTemplateError | undefined,
    other?: MailTemplateError,
  ): Promise<MailTemplateError> {
    const near = nearestTemplate(template, await this.#names());
    const advice = near === undefined ? '' : `; did you mean "${near}"?`;
    const said = refusal === undefined ? '' : ` (${refusal.message})`;
    const own = `${this.asked} has no template "${printable(template)}"${said}${advice}`;
    const words = other ? `${own}. Nor have the Handlebars templates: ${other.message}` : `${own}.`;
    return new MailTemplateError('EMAILTEMPLATENOTFOUND', words, {
      template,
      ...(other?.part !== undefined && { part: other.part }),
      ...(other?.culture !== undefined && { culture: other.culture }),
      searched: other?.searched ?? [],
      ...(refusal && { cause: refusal }),
    });
  }
}
