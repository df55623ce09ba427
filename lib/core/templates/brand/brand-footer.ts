import { canonicalCulture, cultureChain, isCulture } from '../culture.js';
import type { BrandProblem } from './brand-problem.js';

/** Lines at the end of mails: one text, or one for each culture. */
export type BrandFooter = string | Readonly<Record<string, string>>;

const LONGEST_FOOTER = 2000;

/** What is wrong with a footer: a culture that is none, or a text that is too long for the end of a mail. */
export function footerProblems(footer: BrandFooter = ''): BrandProblem[] {
  if (typeof footer === 'string') return tooLong('footer', footer);
  return Object.entries(footer).flatMap(([culture, text]) =>
    isCulture(culture)
      ? tooLong(`footer.${culture}`, text)
      : [{ key: `footer.${culture}`, message: 'is for no culture; use a language tag such as fr or fr-CA' }],
  );
}

function tooLong(key: string, { length }: string): BrandProblem[] {
  if (length <= LONGEST_FOOTER) return [];
  return [{ key, message: `must have at most 2,000 characters, and has ${length.toLocaleString('en')}` }];
}

/**
 * The lines of a footer in a culture: of the culture itself, else of its language, of the default culture, of English, else
 * the first that there is. A company's name and address are better in another language than missing.
 */
export function footerLines(footer: BrandFooter = '', culture = 'en', defaultCulture = 'en'): string[] {
  if (typeof footer === 'string') return linesOf(footer);
  const byCulture = new Map(Object.entries(footer).map(([key, text]) => [canonicalCulture(key), text]));
  const chain = [...cultureChain(culture, defaultCulture), 'en', ...byCulture.keys()];
  const found = chain.find(link => byCulture.has(link));
  return linesOf((found !== undefined && byCulture.get(found)) || '');
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).map(line => line.replace(/\p{Cc}+/gu, ' ').trim());
  return lines.filter((line, index) => line !== '' || (index > 0 && index < lines.length - 1));
}
