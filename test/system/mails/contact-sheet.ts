import type { Browser } from 'playwright-core';
import { openPage } from '../browser/browser.js';
import type { Showing } from './mail-page.js';
import { MailPage } from './mail-page.js';
import { withFewColours } from './palette-png.js';

/** A mail on a sheet. */
export interface Pictured {
  readonly caption: string;
  readonly html: string;
}

/** Pixels between mails. */
const GAP = 16;
/** Pixels that a sheet may be wide. */
const WIDEST = 1600;
/** Mails are drawn at this share of their size. */
const SCALE = 0.6;

/** Draws mails as one way of showing them does, side by side on one sheet, as PNG. */
export async function contactSheet(
  browser: Browser,
  mails: readonly Pictured[],
  showing: Showing & { readonly width: number },
): Promise<Buffer> {
  const page = await MailPage.open(browser);
  const figures: string[] = [];
  for (const { caption, html } of mails) {
    await page.show(html, showing);
    const picture = (await page.picture()).toString('base64');
    figures.push(
      `<figure><figcaption>${caption}</figcaption><img src="data:image/png;base64,${picture}" width="${showing.width * SCALE}"></figure>`,
    );
  }
  await page.close();
  const columns = Math.min(mails.length, Math.floor((WIDEST - GAP) / (showing.width * SCALE + GAP)));
  const width = Math.ceil(columns * (showing.width * SCALE + GAP) + GAP);
  const sheet = await openPage(browser, { viewport: { width, height: 100 }, offline: true });
  await sheet.page.setContent(
    `<!doctype html><style>body{margin:0;padding:${GAP / 2}px;background:#9ca3af;columns:${columns};column-gap:0;font:12px sans-serif;color:#000}figure{margin:0;padding:${GAP / 2}px;break-inside:avoid}figcaption{padding-bottom:4px}img{display:block}</style>${figures.join('')}`,
  );
  const drawn = await withFewColours(sheet.page, await sheet.page.screenshot({ fullPage: true }));
  await sheet.close();
  return drawn;
}
