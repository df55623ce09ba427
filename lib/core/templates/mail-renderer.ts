import type { RenderedMail, RenderOptions } from './template-renderer.js';
import { TemplateRenderer } from './template-renderer.js';

/** A renderer of this package: what it returns is a whole mail that has been checked. */
export abstract class MailRenderer extends TemplateRenderer {
  /** The renderer of the application that is asked, as the beginning of a sentence: `The renderer MjmlRenderer`. @default none is */
  readonly asked?: string;

  /** @throws MailTemplateError when nobody has the template, or it cannot be rendered */
  abstract override render(template: string, context: object, options?: RenderOptions): Promise<RenderedMail>;
}
