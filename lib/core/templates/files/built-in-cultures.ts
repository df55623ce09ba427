import { languageChain } from '../culture.js';
import { cultureKey } from './template-path.js';

/** The languages in which the package brings words for every built-in mail. Known without reading them: a start asks. */
export const BUILT_IN_CULTURES: ReadonlySet<string> = new Set([
  'de',
  'en',
  'es',
  'fr',
  'it',
  'nl',
  'pl',
  'pt',
  'sv',
]);

/** Whether all built-in mails speak a culture, with the words of the package alone. */
export function isSpokenByBuiltIn(culture: string): boolean {
  return languageChain(cultureKey(culture)).some(link => BUILT_IN_CULTURES.has(link));
}
