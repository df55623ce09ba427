import { MailRenderer } from '../mail-renderer.js';
import type { LanguageNotice, RenderedMail, RenderOptions } from '../template-renderer.js';

/** A renderer that is made when a mail first needs it: starts are short, and many applications never send from a template. */
export class DeferredTemplateRenderer extends MailRenderer {
  readonly #make: () => Promise<MailRenderer>;
  #making: Promise<MailRenderer> | undefined;
  #made: MailRenderer | undefined;
  #closed = false;

  /** @param make what was wrong with its templates or options has been told before */
  constructor(make: () => Promise<MailRenderer>) {
    super();
    this.#make = make;
  }

  override async render(template: string, context: object, options?: RenderOptions): Promise<RenderedMail> {
    const renderer = this.#made ?? (await this.#renderer());
    return renderer.render(template, context, options);
  }

  override async languageBelow(culture: string): Promise<LanguageNotice | undefined> {
    const renderer = this.#made ?? (await this.#renderer());
    return renderer.languageBelow?.(culture);
  }

  override async close(): Promise<void> {
    this.#closed = true;
    await this.#made?.close();
  }

  async #renderer(): Promise<MailRenderer> {
    this.#making ??= this.#make();
    try {
      this.#made = await this.#making;
    } catch (error) {
      // What failed may work for the next mail, such as reading a file of the package.
      this.#making = undefined;
      throw error;
    }
    if (this.#closed) await this.#made.close();
    return this.#made;
  }
}
