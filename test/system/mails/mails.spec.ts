import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startBrowser } from '../browser/browser.js';
import { BRAND } from './brand.js';
import type { MailCase } from './built-in-cases.js';
import { everyMailInEveryLanguage } from './built-in-cases.js';
import type { MeasuredMail } from './measured-mail.js';
import { findingsOf, measureMails } from './measured-mail.js';
import { pageSection } from './page-section.js';
import { resultsTable } from './results-table.js';
import { sendCase, startSendingApp } from './sent-mail.js';

/** Only stops what hangs; alone on two cores, all mails in all languages take about a minute. */
const LONGEST_MS = 600_000;

const MAILS = everyMailInEveryLanguage();
const CASES = MAILS.flatMap(({ cases }) => cases);
let measured: Map<MailCase, MeasuredMail>;
beforeAll(async () => {
  const app = await startSendingApp({ brand: BRAND });
  const browser = await startBrowser();
  try {
    const mails = [];
    for (const mailCase of CASES)
      mails.push({ sent: await sendCase(app, mailCase), context: mailCase.context });
    const results = await measureMails(browser, mails);
    measured = new Map(
      CASES.flatMap((mailCase, index) =>
        results.slice(index, index + 1).map(result => [mailCase, result] as const),
      ),
    );
  } finally {
    await browser.close();
    await app.close();
  }
}, LONGEST_MS);

const inLanguages = () =>
  MAILS.map(({ mail, culture, cases }) => ({
    mail,
    culture,
    samples: cases.flatMap(mailCase => measured.get(mailCase) ?? []),
  }));
afterAll(() => {
  if (measured) process.stdout.write(`\n${resultsTable(inLanguages())}\n\n`);
});

describe('A built-in mail as its reader gets it', () => {
  it.each(MAILS)(
    'costs no point, is accessible, fits every window and has a whole text part: $mail in $culture',
    ({ cases }) => {
      const findings = cases.flatMap(mailCase => {
        const result = measured.get(mailCase);
        return (result ? findingsOf(result) : ['was not measured']).map(
          finding => `sample "${mailCase.sample}": ${finding}`,
        );
      });
      expect(findings).toEqual([]);
    },
  );

  it('is in the table of docs/built-in-mails.md as it was measured; WRITE_TABLE=1 writes that', async () => {
    const write = process.env['WRITE_TABLE'] === '1';
    const { made, onPage } = await pageSection('measured', resultsTable(inLanguages()), write);
    expect(onPage).toBe(made);
  });
});
