import { MailTemplateError } from '../../errors/mail-template-error.js';
import { cultureChain, languageOf } from '../culture.js';
import { copyHint } from './copy-hint.js';
import { nearestTemplate } from './nearest-template.js';
import type { TemplateCatalog } from './template-catalog.js';
import type { TemplateFile, TemplatePart } from './template-file.js';
import { TEMPLATE_PARTS } from './template-file.js';
import { cultureKey } from './template-path.js';

const BUILT_IN_CULTURE = 'en';

/** The files that make a mail, by their part. */
export type TemplateParts = Partial<Record<TemplatePart, TemplateFile>>;

/** The parts of the culture chain for which there are files; any other culture would only multiply environments. */
export function usedChain(catalog: TemplateCatalog, culture: string, defaultCulture: string): string[] {
  return cultureChain(culture, defaultCulture).filter(
    link => link === '' || catalog.hasCulture(cultureKey(link)),
  );
}

/**
 * The files of which a template is made in a culture chain. Built-in mails exist in few languages; where the default
 * culture is another one they are English, not missing.
 */
export function findParts(catalog: TemplateCatalog, name: string, chain: readonly string[]): TemplateParts {
  const own = (part: TemplatePart): TemplateFile | undefined => catalog.find(name, part, chain);
  const builtIn = (part: TemplatePart): TemplateFile | undefined => {
    const file = catalog.find(name, part, [BUILT_IN_CULTURE]);
    return file?.builtIn ? file : undefined;
  };
  const [subject, html, text] = [own('subject') ?? builtIn('subject'), own('html'), own('text')];
  if (!html && !text) return { subject, html: builtIn('html'), text: builtIn('text') };
  return { subject, html, text: html && text && isForeign(text, html, chain) ? undefined : text };
}

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
 * @param needsSubject whether the template must have a subject; a message may bring its own
 * @throws {@link MailTemplateError} `EMAILTEMPLATENOTFOUND` or `EMAILTEMPLATEEMPTY` when they make none
 */
export function partsOf(
  catalog: TemplateCatalog,
  name: string,
  { chain, wanted }: WantedCultures,
  needsSubject = true,
): TemplateParts {
  const files = findParts(catalog, name, chain);
  const [culture = ''] = wanted;
  const searched = catalog.foldersOf(name);
  if (!files.html && !files.text) {
    const parts = files.subject ? (['html', 'text'] as const) : TEMPLATE_PARTS;
    const what = files.subject
      ? `The template "${name}" has neither an html nor a text part for ${culture}.`
      : `There is no template "${name}"${suggestion(catalog, name, culture)}.`;
    throw new MailTemplateError(
      files.subject ? 'EMAILTEMPLATEEMPTY' : 'EMAILTEMPLATENOTFOUND',
      `${what} ${hint(catalog, searched, parts, wanted)}`,
      { template: name, culture, searched },
    );
  }
  if (!files.subject && needsSubject) {
    throw new MailTemplateError(
      'EMAILTEMPLATENOTFOUND',
      `The template "${name}" has no subject for ${culture}. ${hint(catalog, searched, ['subject'], wanted)}`,
      { template: name, part: 'subject', culture, searched },
    );
  }
  return files;
}

/** Where a template was looked for, and how its files are named. */
function hint(
  catalog: TemplateCatalog,
  searched: readonly string[],
  parts: readonly TemplatePart[],
  cultures: readonly string[],
): string {
  const named = cultures.filter(culture => culture !== '').map(culture => `.${culture}`);
  return `Looked for ${parts.join('|')}[${named.join('|')}].hbs in:\n${searched.map(path => `  ${path}`).join('\n')}\n${copyHint(catalog.folders)}`;
}

/** What was probably meant: languages in which there is such a template, or another template. */
function suggestion(catalog: TemplateCatalog, name: string, culture: string): string {
  if (catalog.templates.includes(name)) return ` for ${culture}, only for other languages`;
  const near = nearestTemplate(name, catalog.templates);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

/** Whether a text speaks another language than the HTML, which speaks the wanted one: a text is made of that then. */
function isForeign(text: TemplateFile, html: TemplateFile, [wanted = '']: readonly string[]): boolean {
  const language = languageOf(html.culture);
  return (
    text.culture !== '' &&
    language === languageOf(cultureKey(wanted)) &&
    language !== languageOf(text.culture)
  );
}
