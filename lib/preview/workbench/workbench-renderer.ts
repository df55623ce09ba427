import { MailRenderer } from '../../core/templates/mail-renderer.js';
import type { LanguageNotice, RenderedMail, RenderOptions } from '../../core/templates/template-renderer.js';
import type { TemplateWorkbench } from './template-workbench.js';

/** Renders for a mailer what a workbench has: its newest state, where that is watched, and whatever is not broken. */
export class WorkbenchRenderer extends MailRenderer {
  readonly #workbench: TemplateWorkbench;

  constructor(workbench: TemplateWorkbench) {
    super();
    this.#workbench = workbench;
  }

  override render(template: string, context: object, options: RenderOptions = {}): Promise<RenderedMail> {
    return this.#workbench.render(template, context, options);
  }

  override languageBelow(culture: string): Promise<LanguageNotice | undefined> {
    return this.#workbench.languageBelow(culture);
  }
}
