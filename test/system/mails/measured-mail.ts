import type { Browser } from 'playwright-core';
import { GMAIL } from './mail-clients.js';
import type { Overflow } from './mail-page.js';
import { MailPage, WIDTHS } from './mail-page.js';
import type { SentMail } from './sent-mail.js';
import type { SpamScore } from './spam-assassin.js';
import { scoreMails } from './spam-assassin.js';
import { textFindings, textsOf } from './text-findings.js';

/** A mail, and the context that it was made of. */
export interface MailToMeasure {
  readonly sent: SentMail;
  readonly context: object;
}

/** What was measured of a mail; a width of {@link WIDTHS} has the same place in each list. */
export interface MeasuredMail {
  readonly spam: SpamScore;
  readonly light: readonly string[];
  readonly dark: readonly string[];
  readonly overflow: readonly Overflow[];
  /** In Gmail, which may leave out style sheets. */
  readonly unstyled: readonly Overflow[];
  readonly text: readonly string[];
}

/** So many pages are at work at once. */
const PAGES = 2;

/** Measures mails, in the order in which they are given. */
export async function measureMails(
  browser: Browser,
  mails: readonly MailToMeasure[],
): Promise<MeasuredMail[]> {
  const scored = scoreMails(mails.map(({ sent }) => sent));
  const looked = new Map<MailToMeasure, Omit<MeasuredMail, 'spam'>>();
  const waiting = mails.values();
  const worker = async (): Promise<void> => {
    const page = await MailPage.open(browser);
    for (const mail of waiting) looked.set(mail, await lookAt(page, mail));
    await page.close();
  };
  await Promise.all(Array.from({ length: PAGES }, worker));
  const scores = await scored;
  return mails.map(mail => {
    const spam = scores.get(mail.sent.messageId);
    const others = looked.get(mail);
    if (!spam || !others) throw new Error(`${mail.sent.subject} was not measured`);
    return { spam, ...others };
  });
}

async function lookAt(page: MailPage, { sent, context }: MailToMeasure): Promise<Omit<MeasuredMail, 'spam'>> {
  await page.show(sent.html);
  const overflow = await overflows(page);
  const light = await page.accessibilityIn('light');
  const dark = await page.accessibilityIn('dark');
  const text = textFindings(sent, await page.read(), textsOf(context));
  await page.show(sent.html, { client: GMAIL });
  return { overflow, light, dark, text, unstyled: await overflows(page) };
}

async function overflows(page: MailPage): Promise<Overflow[]> {
  const found: Overflow[] = [];
  for (const width of WIDTHS) found.push(await page.overflowAt(width));
  return found;
}

/** All that is wrong with a mail, in words; empty when nothing is. */
export function findingsOf({ spam, light, dark, overflow, unstyled, text }: MeasuredMail): string[] {
  return [
    ...spam.rules.map(rule => `SpamAssassin: ${rule}`),
    ...light.map(finding => `axe-core, light: ${finding}`),
    ...dark.map(finding => `axe-core, dark: ${finding}`),
    ...overflowFindings(overflow, ''),
    ...overflowFindings(unstyled, ' without style sheets'),
    ...text,
  ];
}

function overflowFindings(overflow: readonly Overflow[], how: string): string[] {
  return overflow.flatMap(({ pixels, cut }, index) =>
    pixels === 0 && cut.length === 0
      ? []
      : [`at ${WIDTHS[index]} px${how}: ${pixels} px too wide; beyond an edge: ${cut.join(', ')}`],
  );
}
