import { MailTemplateError } from '../../errors/mail-template-error.js';
import { printable } from '../../redaction/printable.js';
import { nearestTemplate } from './nearest-template.js';

/** A folder or file name that stays where it is: no dots in front, no separators, no controls. */
const SEGMENT = /^[\p{L}\p{N}_][\p{L}\p{N}_ .-]*$/u;
const LONGEST_NAME = 200;

/** Whether a text is a name, perhaps with folders before it, that stays below the folder to which it belongs. */
export function isSafeName(name: string): boolean {
  return (
    name.length <= LONGEST_NAME &&
    name
      .split('/')
      .every(segment => SEGMENT.test(segment) && !segment.endsWith('.') && !segment.includes('..'))
  );
}

/**
 * Checks that the name of a template is a name and not a path that leaves the template directories.
 *
 * @param known names of the templates that there are. @default none
 * @throws {@link MailTemplateError} `EMAILTEMPLATENAME`
 */
export function checkTemplateName(name: unknown, known: readonly string[] = []): string {
  if (typeof name === 'string' && isSafeName(name) && !/^(?:layouts|partials)(?:\/|$)/.test(name))
    return name;
  const near = typeof name === 'string' ? nearestTemplate(name, known) : undefined;
  const advice =
    near === undefined
      ? 'use names such as "welcome" or "provisioning/review-pending"'
      : `did you mean "${near}"?`;
  throw new MailTemplateError('EMAILTEMPLATENAME', `"${printable(name)}" is no template name; ${advice}`);
}
