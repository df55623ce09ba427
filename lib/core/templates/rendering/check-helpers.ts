import { MailTemplateError } from '../../errors/mail-template-error.js';
import type { TemplateHelper } from '../template-options.js';

/**
 * Checks that the helpers of an application are functions.
 *
 * @throws {@link MailTemplateError} `EMAILTEMPLATEHELPER`
 */
export function checkHelpers(helpers: Readonly<Record<string, TemplateHelper>>): void {
  for (const [name, helper] of Object.entries(helpers)) {
    if (typeof helper === 'function') continue;
    const kind = helper === null ? 'null' : typeof helper;
    throw new MailTemplateError(
      'EMAILTEMPLATEHELPER',
      `templates.helpers.${name} must be a function, but is ${kind}.`,
      { missing: name },
    );
  }
}
