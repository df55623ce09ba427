import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { RunningSample } from '../../sample-app/running-sample.js';
import type { WatchedPage } from './browser.js';
import { DESKTOP, openPage, PHONE, startBrowser } from './browser.js';

/** Pixels that a finger needs (WCAG 2.5.5). */
const TARGET = 44;

let browser: Browser;
let sample: RunningSample;
let watched: WatchedPage;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  sample = await RunningSample.start();
});
afterEach(async () => {
  await watched?.close();
  await sample.close();
});

/** Sends from the page, so that every part of it has something to show. */
async function filledPage(viewport: typeof PHONE, path = '/'): Promise<Page> {
  watched = await openPage(browser, { viewport });
  const { page } = watched;
  await page.goto(`${sample.url}/`);
  await page.getByRole('button', { name: 'Mail the reviewers' }).click();
  await page.getByText('Mail sent to').waitFor();
  if (path !== '/') await page.goto(`${sample.url}${path}`);
  return page;
}

const wider = (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth - innerWidth');

describe('The pages of the sample', () => {
  it.each([
    ['the first page', '/'],
    ['the page to sign in', '/login'],
    ['the page for a link that does not work', '/reset-password?token=none'],
    ['the page for what is not there', '/none'],
  ])('fit a phone, with room for fingers: %s', async (_what, path) => {
    for (const viewport of [PHONE, { ...PHONE, width: 320 }]) {
      const page = await filledPage(viewport, path);
      expect(await wider(page)).toBeLessThanOrEqual(0);
      const targets = page.locator('a, button, input:not([type=hidden])');
      const small: unknown[] = [];
      for (const target of await targets.all()) {
        const box = await target.boundingBox();
        if (!box || box.height < TARGET || box.width < TARGET) small.push([await target.innerText(), box]);
      }
      expect(small).toEqual([]);
      await watched.close();
    }
  });

  it('show tables as lists on a phone, each cell with its name, and as tables elsewhere', async () => {
    const page = await filledPage(PHONE);
    const label = `getComputedStyle(document.querySelector('.people td:nth-child(3)'), '::before').content`;
    expect(await page.evaluate(label)).toBe('"Mail: "');
    await page.setViewportSize(DESKTOP);
    expect(await page.evaluate(label)).toBe('none');
    expect(await page.getByRole('columnheader', { name: 'Accepted' }).isVisible()).toBe(true);
  });

  it('say after a click to whom a mail went, in sight and once, and link to the mail', async () => {
    const page = await filledPage(PHONE);
    expect(page.url()).toBe(`${sample.url}/#outbox`);
    const status = page.getByRole('status');
    expect(await status.innerText()).toBe(
      'Mail sent to ann.miller@contoso.example, bruno.lefevre@contoso.example.',
    );
    expect(await status.getAttribute('aria-live')).toBe('polite');
    expect(await page.title()).toMatch(/^Mail sent to ann/);
    const box = await status.boundingBox();
    expect(box && box.y >= 0 && box.y + box.height <= PHONE.height).toBe(true);
    expect(watched.troubles).toEqual([]);
    await page.reload();
    expect(await status.innerText()).toBe('');
    await page.getByRole('link', { name: 'Look at the mails' }).click();
    await page.getByRole('link', { name: /Review pending/ }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/mail/mailbox');
  });

  it('say after a click what did not work', async () => {
    await sample.sink.close();
    watched = await openPage(browser, { viewport: PHONE });
    const { page } = watched;
    await page.goto(`${sample.url}/`);
    await page.getByRole('button', { name: 'Mail ann' }).click();
    const alert = page.getByRole('alert');
    expect(await alert.innerText()).toMatch(/^The mail for ann was not sent: .*127\.0\.0\.1/);
    expect(await alert.getAttribute('aria-live')).toBe('assertive');
    expect(await wider(page)).toBeLessThanOrEqual(0);
  });

  it('say after a decision what was decided', async () => {
    watched = await openPage(browser, { viewport: PHONE });
    const { page } = watched;
    await page.goto(`${sample.url}/`);
    await page.getByRole('button', { name: 'Decline' }).click();
    expect(await page.getByRole('status').innerText()).toBe('The review r-1041 is declined.');
  });
});
