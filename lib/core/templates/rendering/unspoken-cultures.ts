import { languageChain } from '../culture.js';
import type { TemplateCatalog } from '../files/template-catalog.js';
import { cultureKey } from '../files/template-path.js';

/** A culture that mails are wanted in, and what says so. */
export interface WantedCulture {
  /** BCP 47 tag. */
  readonly culture: string;
  /** Such as `the setting Cultures`. */
  readonly from: string;
}

/** What is said of the wanted cultures that built-in mails do not speak, one sentence a culture. */
export function unspokenCultures(catalog: TemplateCatalog, wanted: readonly WantedCulture[]): string[] {
  const mails = new Set(catalog.files.filter(file => file.builtIn && !file.shared).map(({ name }) => name));
  return wanted.flatMap(({ culture, from }) => {
    const chain = ['', ...languageChain(cultureKey(culture))];
    const silent = [...mails].filter(
      name =>
        !catalog.files.some(
          file =>
            !file.shared && file.name === name && file.part !== 'subject' && chain.includes(file.culture),
        ),
    );
    if (silent.length === 0) return [];
    const which =
      silent.length === mails.size
        ? 'The built-in mails'
        : `Built-in mails (${silent.toSorted().join(', ')})`;
    return [
      `${which} do not speak ${culture}, which ${from} names; they fall back to another language. Put their words into languages/${culture}.json of a template directory.`,
    ];
  });
}
