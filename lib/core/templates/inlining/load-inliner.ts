import { MailTemplateError } from '../../errors/mail-template-error.js';
import type { RenderPlan } from '../rendering/render-plan.js';
import type { TemplateOptions } from '../template-options.js';
import type { CssInliner } from './css-inliner.js';

/**
 * Loads what inlines style sheets, where the options ask for it.
 *
 * @throws {@link MailTemplateError} `EMAILTEMPLATEINLINE` when it is not installed
 */
export async function loadInliner({ inlineCss }: TemplateOptions): Promise<CssInliner | undefined> {
  if (!inlineCss) return undefined;
  // Imported when it is asked for: no other application needs it.
  return (await import('./css-inliner.js')).CssInliner.load();
}

/** What is told of a page whose style sheets could not be inlined. */
export function notInlined({ name, culture }: RenderPlan): MailTemplateError {
  // No cause: the inliner repeats what it cannot read, which may have come out of the context.
  return new MailTemplateError(
    'EMAILTEMPLATEINLINE',
    `The style sheets of the template "${name}" cannot be inlined: with this context a style attribute or a style sheet holds what is no CSS. Look at the values that are printed into CSS.`,
    { template: name, part: 'html', culture },
  );
}
