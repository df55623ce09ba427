import { MailTemplateError } from '../../errors/mail-template-error.js';
import { findParts } from './find-parts.js';
import type { TemplateParts } from './find-parts.js';
import { COPY_HINT } from './template-catalog.js';
import type { TemplateCatalog } from './template-catalog.js';
import { TEMPLATE_PARTS } from './template-file.js';

/** The cultures in which a template is looked for. */
export interface WantedCultures {
  /** Those for which there are files, in order. */
  readonly chain: readonly string[];
  /** All of them, the wanted one first. */
  readonly wanted: readonly string[];
}

/**
 * The files that make a mail of a template.
 *
 * @throws {@link MailTemplateError} `EMAILTEMPLATENOTFOUND` or `EMAILTEMPLATEEMPTY` when they make none
 */
export function partsOf(
  catalog: TemplateCatalog,
  name: string,
  { chain, wanted }: WantedCultures,
): TemplateParts {
  const files = findParts(catalog, name, chain);
  const [culture = ''] = wanted;
  if (!files.html && !files.text) {
    const searched = catalog.pathsTried(name, files.subject ? ['html', 'text'] : TEMPLATE_PARTS, wanted);
    throw new MailTemplateError(
      files.subject ? 'EMAILTEMPLATEEMPTY' : 'EMAILTEMPLATENOTFOUND',
      `${files.subject ? `The template "${name}" has neither an html nor a text part` : `There is no template "${name}"`}. ${hint(searched)}`,
      { template: name, culture, searched },
    );
  }
  if (!files.subject) {
    const searched = catalog.pathsTried(name, ['subject'], wanted);
    throw new MailTemplateError(
      'EMAILTEMPLATENOTFOUND',
      `The template "${name}" has no subject. ${hint(searched)}`,
      { template: name, part: 'subject', culture, searched },
    );
  }
  return files;
}

function hint(searched: readonly string[]): string {
  return `Looked for:\n${searched.map(path => `  ${path}`).join('\n')}\n${COPY_HINT}`;
}
