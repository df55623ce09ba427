import { canonicalCulture, languageOf } from '../../core/templates/culture.js';
import type { RenderedMail } from '../../core/templates/template-renderer.js';
import { listedNames } from './listed-names.js';
import type { PreviewResult } from './preview-result.js';
import type { Listing } from './template-listing.js';
import type { TemplateProblem } from './template-problem.js';

/**
 * Reports where a mail comes in another language than the query names: the mailer of an application falls back without
 * saying so.
 *
 * @param asked the culture, in any spelling that is one
 * @param files what the mail was made of; empty when it could not be made
 */
export function cultureProblems(
  { kind, name, cultures }: Listing,
  asked: string,
  files: PreviewResult['files'],
  mail: RenderedMail | undefined,
): TemplateProblem[] {
  const culture = canonicalCulture(asked);
  if (Object.keys(files).length === 0 && cultures.length > 0) {
    const message = `There is no ${kind} "${name}" in ${culture}, nor in the default culture; it exists in ${listedNames(cultures)}.`;
    return cultures.some(known => languageOf(known) === languageOf(culture))
      ? []
      : [{ kind: 'culture', message }];
  }
  const others = Object.entries(files).flatMap(([part, [file]]) =>
    file && file.culture !== '' && languageOf(file.culture) !== languageOf(culture) ? [{ part, file }] : [],
  );
  if (others.length === 0) return [];
  const instead = mail?.culture ?? canonicalCulture(others[0]?.file.culture ?? asked);
  if (others.length === Object.keys(files).length) {
    const message = `There is no ${kind} "${name}" in ${culture}; it exists in ${listedNames(cultures)}. A mail in ${culture} is sent in ${instead}.`;
    return [{ kind: 'culture', message }];
  }
  return others.map(({ part, file }) => ({
    kind: 'culture',
    part,
    file: file.file,
    message: `The ${part} of "${name}" does not exist in ${culture}; a mail in ${culture} gets the one in ${canonicalCulture(file.culture)}: ${file.file}.`,
  }));
}
