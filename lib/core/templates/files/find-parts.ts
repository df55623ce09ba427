import { cultureChain, languageOf } from '../culture.js';
import type { TemplateCatalog, TemplateFile } from './template-catalog.js';
import { cultureKey } from './template-file.js';
import type { TemplatePart } from './template-file.js';

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

/** Whether a text speaks another language than the HTML, which speaks the wanted one: a text is made of that then. */
function isForeign(text: TemplateFile, html: TemplateFile, [wanted = '']: readonly string[]): boolean {
  const language = languageOf(html.culture);
  return (
    text.culture !== '' &&
    language === languageOf(cultureKey(wanted)) &&
    language !== languageOf(text.culture)
  );
}
