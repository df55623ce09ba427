import { canonicalCulture, isCulture } from '../culture.js';
import type { TemplateFileName, TemplatePart } from './template-file.js';
import { TEMPLATE_PARTS } from './template-file.js';

/**
 * Reads the path of a file below a template directory.
 *
 * @param segments the path, split at its separators
 * @returns undefined when the file is no part of a template
 */
export function parseTemplatePath(segments: readonly string[]): TemplateFileName | undefined {
  const [folder = '', ...below] = segments;
  const words = segments.at(-1)?.split('.') ?? [];
  if (words.pop() !== 'hbs') return undefined;
  const last = words.pop() ?? '';
  const [part, culture] = isPart(last) ? [last, ''] : [words.pop() ?? '', last];
  if (!isPart(part) || (culture !== '' && !isCulture(culture))) return undefined;
  const key = { part, culture: cultureKey(culture) };
  const base = words.join('.');
  if (folder === 'layouts' && segments.length === 2 && base !== '')
    return { ...key, name: `layouts/${base}`, shared: true };
  if (folder === 'partials' && below.length > 0 && base !== '') {
    return { ...key, name: [...below.slice(0, -1), base].join('/'), shared: true };
  }
  if (folder === 'layouts' || folder === 'partials' || segments.length < 2 || base !== '') return undefined;
  return { ...key, name: segments.slice(0, -1).join('/'), shared: false };
}

/** The form in which cultures are compared: `fr_CA` and `FR-ca` are one. */
export function cultureKey(culture: string): string {
  return culture === '' ? '' : canonicalCulture(culture).toLowerCase();
}

function isPart(word: string): word is TemplatePart {
  return TEMPLATE_PARTS.some(part => part === word);
}
