import { MailTemplateError } from '../errors/mail-template-error.js';
import { printable } from '../errors/printable.js';

/** A folder or file name that stays where it is: no dots in front, no separators, no controls. */
const SEGMENT = /^[\p{L}\p{N}_][\p{L}\p{N}_ .-]*$/u;
const LONGEST_NAME = 200;

/**
 * Checks that the name of a template is a name and not a path that leaves the template directories.
 *
 * @throws {@link MailTemplateError} `EMAILTEMPLATENAME`
 */
export function checkTemplateName(name: unknown): string {
  const segments = typeof name === 'string' && name.length <= LONGEST_NAME ? name.split('/') : [];
  const safe =
    segments.length > 0 &&
    segments.every(segment => SEGMENT.test(segment) && !segment.endsWith('.') && !segment.includes('..'));
  if (typeof name === 'string' && safe && segments[0] !== 'layouts' && segments[0] !== 'partials')
    return name;
  throw new MailTemplateError(
    'EMAILTEMPLATENAME',
    `"${printable(name)}" is no template name; use names such as "welcome" or "provisioning/review-pending"`,
  );
}
