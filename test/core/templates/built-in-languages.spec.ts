import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const FOLDER = join(process.cwd(), 'lib/core/templates/builtin/languages');
const LANGUAGES = readdirSync(FOLDER).map(name => name.replace('.json', ''));
/** What each language never writes. */
const WRONG: Readonly<Record<string, RegExp>> = {
  en: /\s[:;!?]/,
  fr: /(?<![\u00a0\u202f])[:;!?]|[“”„]/,
  de: /\s[:;!?]|[“”](?=\w)/,
  es: /\s[:;!?]|(?:^|[.?!] )[^¿]*[^¿]\?|(?:^|[.?!] )[^¡]*!/,
  it: /\s[:;!?]|\bil \{\{> date-time|\bal \{\{> date-time/,
  nl: /\s[:;!?]|\bje\b|\bjij\b/,
  pl: /\s[:;!?]|(?:^|\s)[aiouwz] /i,
  pt: /\s[:;!?]|\bvocê\b/,
  sv: /\s[:;!?]/,
};

/** The words of a language by name, without its expressions other than dates. */
function wordsOf(language: string): [string, string][] {
  const groups = JSON.parse(readFileSync(join(FOLDER, `${language}.json`), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  return Object.entries(groups).flatMap(([group, words]) =>
    Object.entries(words).map(([key, word]): [string, string] => [
      `${group}.${key}`,
      word.replace(/\{\{(?!> date-time)[^}]*\}\}/g, '…').replaceAll('……', '…'),
    ]),
  );
}

it.each(LANGUAGES)('The words in %s have its punctuation and address people formally', language => {
  expect(WRONG[language]).toBeDefined();
  const found = wordsOf(language).filter(([, word]) => WRONG[language]?.test(word));
  expect(found).toEqual([]);
});

it.each(LANGUAGES)(
  'A value of the application that ends a sentence in %s may bring its own full stop',
  language => {
    const file = readFileSync(join(FOLDER, `${language}.json`), 'utf8');
    expect(file).not.toMatch(/\{\{(?:requestedFrom|reason|detail)\}\}\./);
  },
);

const NOW = Date.parse('2026-12-01T08:00:00Z');
const at = (hours: number): Date => new Date(NOW + hours * 3_600_000);

async function changed(culture: string, timeZone: string, when = at(0)): Promise<string> {
  const renderer = await fixture.create({ timeZone });
  const mail = await renderer.render(
    'password-changed',
    { displayName: 'Ann', login: 'ann', changedAt: when },
    { culture },
  );
  return mail.text.replaceAll('\n', ' ');
}

describe('A moment within a sentence', () => {
  it.each([
    ['en', 'changed on 1 December 2026 at 09:00 CET.'],
    ['fr', 'a été modifié le 1er décembre 2026 à 09:00 UTC+1.'],
    ['de', 'wurde am 1. Dezember 2026 um 09:00 MEZ geändert.'],
    ['es', 'se cambió el 1 de diciembre de 2026 a las 09:00 CET.'],
    ['it', 'è stata modificata in data 1º dicembre 2026 alle ore 09:00 CET.'],
    ['nl', 'is gewijzigd op 1 december 2026 om 09:00 CET.'],
    ['pl', 'zostało zmienione 1 grudnia 2026 o 09:00 CET.'],
    ['pt', 'foi alterada em 1 de dezembro de 2026 às 09:00 GMT+1.'],
    ['sv', 'ändrades den 1 december 2026 kl. 09:00 CET.'],
  ])('is written as one writes it in %s', async (culture, sentence) => {
    expect(await changed(culture, 'Europe/Vienna')).toContain(sentence);
  });

  it.each([
    ['fr', at(24), 'le 2 décembre 2026 à 09:00'],
    ['fr', at(240), 'le 11 décembre 2026 à 09:00'],
    ['it', at(24 * 7), 'in data 8 dicembre 2026 alle ore 09:00'],
    ['it', at(240), 'in data 11 dicembre 2026 alle ore 09:00'],
    ['fr-CA', at(0), 'le 1er décembre 2026 à 09 h 00'],
  ])('is right on any day of the month: %s, %s', async (culture, when, words) => {
    expect(await changed(culture, 'Europe/Vienna', when)).toContain(words);
  });

  it('is that of the zone of the mail', async () => {
    expect(await changed('fr', 'America/New_York', at(-5))).toContain('le 30 novembre 2026 à 22:00 UTC−5');
    expect(await changed('pl', 'America/New_York')).toContain('1 grudnia 2026 o 03:00 GMT-5');
    expect(await changed('en', 'America/New_York')).toContain('on December 1, 2026 at 03:00');
  });
});
