import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../browser/browser.js';
import { BRAND } from './brand.js';
import { everyMailInEveryLanguage } from './built-in-cases.js';
import { contactSheet } from './contact-sheet.js';
import type { Pictured } from './contact-sheet.js';
import { GMAIL, OUTLOOK } from './mail-clients.js';
import type { Showing } from './mail-page.js';
import { pageSection } from './page-section.js';
import { sendCase, startSendingApp } from './sent-mail.js';

/** `npm run screenshots` writes those of docs/built-in-mails.md; PICTURES=<folder> writes all of them there, to be looked at. */
const SHOWN = process.env['WRITE_SCREENSHOTS'] === '1' ? join(process.cwd(), 'docs/pictures') : undefined;
const ALL = process.env['PICTURES'];
const MOST_OCTETS = 350 * 1024;
const PHONE = 375;
const DESKTOP = 680;

/** Ways of showing mails, by the names of their pictures. */
const WAYS = {
  'phone-light': { width: PHONE, words: 'on a phone' },
  'phone-dark': { width: PHONE, scheme: 'dark', words: 'on a phone in dark colours' },
  'desktop-light': { width: DESKTOP, words: 'on a desktop' },
  'desktop-dark': { width: DESKTOP, scheme: 'dark', words: 'on a desktop in dark colours' },
  gmail: { width: PHONE, client: GMAIL, words: 'in Gmail without style sheets' },
  outlook: { width: DESKTOP, client: OUTLOOK, words: 'without what Outlook on Windows lacks' },
} as const satisfies Readonly<Record<string, Showing & { width: number; words: string }>>;

const LANGUAGES = everyMailInEveryLanguage();
const CULTURES = [...new Set(LANGUAGES.map(({ culture }) => culture))];
/** In English every way, in other languages the one that is read most. */
const SHEETS = CULTURES.flatMap(culture =>
  (Object.keys(WAYS) as (keyof typeof WAYS)[])
    .map(way => ({ culture, way, name: `mails-${culture}-${way}` }))
    .filter(sheet => ALL !== undefined || isOnPage(sheet)),
);

function isOnPage({ culture, way }: { readonly culture: string; readonly way: keyof typeof WAYS }): boolean {
  return culture === 'en' || way === 'phone-light';
}

function headingOf(culture: string, way: keyof typeof WAYS): string {
  const language = new Intl.DisplayNames('en', { type: 'language' }).of(culture) ?? culture;
  return `${language}, ${WAYS[way].words}`;
}

let browser: Browser;
let mails: Map<string, Pictured[]>;
beforeAll(async () => {
  browser = await startBrowser();
  const app = await startSendingApp({ brand: BRAND });
  mails = new Map(CULTURES.map(culture => [culture, []]));
  for (const { mail, culture, cases } of LANGUAGES) {
    const [first] = cases;
    if (first) mails.get(culture)?.push({ caption: mail, html: (await sendCase(app, first)).html });
  }
  await app.close();
});
afterAll(async () => {
  await browser?.close();
});

describe('The pictures of docs/built-in-mails.md', () => {
  it.each(SHEETS)(
    'show every mail and are small enough for a page: $name',
    async ({ culture, way, name }) => {
      const shown = mails.get(culture) ?? [];
      const picture = await contactSheet(browser, shown, WAYS[way]);
      for (const folder of [isOnPage({ culture, way }) ? SHOWN : undefined, ALL]) {
        if (folder === undefined) continue;
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, `${name}.png`), picture);
      }
      expect(shown.length).toBeGreaterThan(0);
      expect(picture.length).toBeLessThan(MOST_OCTETS);
    },
  );

  it('stand on that page', async () => {
    const pictures = SHEETS.filter(isOnPage).map(
      ({ culture, way, name }) =>
        `### ${headingOf(culture, way)}\n\n![Every built-in mail: ${headingOf(culture, way)}](pictures/${name}.png)`,
    );
    const { made, onPage } = await pageSection('pictures', pictures.join('\n\n'), SHOWN !== undefined);
    expect(onPage).toBe(made);
  });
});
