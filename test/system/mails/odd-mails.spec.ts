import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { NotificationContext } from '../../../lib/core/message/notification-context.js';
import { startBrowser } from '../browser/browser.js';
import { BRAND } from './brand.js';
import { GMAIL } from './mail-clients.js';
import { MailPage, WIDTHS } from './mail-page.js';
import { findingsOf, measureMails } from './measured-mail.js';
import { notification, ODD_CASES } from './odd-cases.js';
import type { SendingApp } from './sent-mail.js';
import { startSendingApp } from './sent-mail.js';

/** Only stops what hangs. */
const LONGEST_MS = 600_000;

let browser: Browser;
let app: SendingApp;
let findings: Map<string, { readonly mails: number; readonly found: readonly string[] }>;
beforeAll(async () => {
  browser = await startBrowser();
  app = await startSendingApp({ brand: BRAND });
  const sent = [];
  // Together, because the filter takes longer to start than to judge.
  for (const { name, send } of ODD_CASES) for (const mail of await send(app)) sent.push({ name, ...mail });
  const measured = await measureMails(browser, sent);
  const all = sent.map(({ name }, index) => ({
    name,
    found: measured.slice(index, index + 1).flatMap(findingsOf),
  }));
  findings = new Map(
    ODD_CASES.map(({ name }) => {
      const own = all.filter(mail => mail.name === name);
      return [name, { mails: own.length, found: own.flatMap(({ found }) => found) }];
    }),
  );
}, LONGEST_MS);
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

describe('A built-in mail is as good as ever', () => {
  it.each(ODD_CASES)('where $name', ({ name }) => {
    expect(findings.get(name)?.mails).toBeGreaterThan(0);
    expect(findings.get(name)?.found).toEqual([]);
  });
});

describe('A notification of ten thousand rows', () => {
  it(
    'arrives whole and fits the window of a phone, and a warning says once that Gmail hides most of it',
    async () => {
      // An application of its own: what is logged goes to the one that was started last.
      const large = await startSendingApp({ brand: BRAND });
      const { sent } = await notification(large, recordsLeftOut(10_000));
      await notification(large, recordsLeftOut(2000));
      await large.close();
      expect(sent.text).toContain('Person 9999');
      const page = await MailPage.open(browser);
      for (const client of [undefined, GMAIL]) {
        await page.show(sent.html, { client });
        expect(await page.overflowAt(WIDTHS[0])).toEqual({ pixels: 0, cut: [] });
      }
      await page.close();
      expect(large.warnings().filter(warning => /Gmail/.test(warning))).toHaveLength(1);
    },
    LONGEST_MS,
  );
});

function recordsLeftOut(count: number): NotificationContext {
  return {
    title: `${count} records were left out`,
    lines: ['These are the records:'],
    table: {
      columns: ['Record', 'Person', 'Reason'],
      rows: Array.from({ length: count }, (_, index) => [`E-${index}`, `Person ${index}`, 'no manager']),
    },
  };
}
