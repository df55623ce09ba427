import type { MailModuleOptions, RenderedTemplate, RenderOptions } from 'nest-mailroom';
import { TemplateRenderer } from 'nest-mailroom';

/** What a test lets a renderer do when it is asked. */
export type Rendering = (template: string, context: object, options?: RenderOptions) => unknown;

/** A renderer of an application that does what a test says, and keeps what it was asked. */
export class LetterRenderer extends TemplateRenderer {
  readonly asked: { template: string; context: object; options: RenderOptions | undefined }[] = [];
  closed = 0;
  readonly #rendering: Rendering;

  constructor(rendering: Rendering) {
    super();
    this.#rendering = rendering;
  }

  override render(template: string, context: object, options?: RenderOptions) {
    this.asked.push({ template, context, options });
    // What it returns is the test's business, and may be of any type.
    return this.#rendering(template, context, options) as Promise<RenderedTemplate | undefined>;
  }

  override async close(): Promise<void> {
    this.closed++;
  }
}

/** Module options with such a renderer, which returns the same whatever it is asked. */
export function rendererReturning(answer: unknown): MailModuleOptions & { renderer: LetterRenderer } {
  return { renderer: new LetterRenderer(async () => answer) };
}

/** Something that is no promise, and is awaited as one. */
export function thenable(
  then: (resolve: (value: unknown) => void, reject: (reason: unknown) => void) => void,
): object {
  // oxlint-disable-next-line unicorn/no-thenable -- what is meant here
  return { then };
}
