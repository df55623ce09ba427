import { setTimeout as nextTurn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Locator } from 'playwright-core';
import type { PreviewApp } from '../../preview/preview-app.js';
import { FRAMEWORKS, startPreviewApp } from '../../preview/preview-app.js';
import type { WatchedPage } from './browser.js';
import { DESKTOP, openPreview, PHONE, startBrowser } from './browser.js';

const COLOURS = `<style>body{background:rgb(250,250,250)}@media (prefers-color-scheme: dark){body{background:rgb(1,2,3)}}
@media (max-width: 400px){p{color:rgb(9,9,9)}}</style><p>Body of the mail</p>`;

let browser: Browser;
let started: PreviewApp;
let watched: WatchedPage;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
});
beforeEach(async () => {
  started = await startPreviewApp();
});
afterEach(async () => {
  await watched?.close();
  await started.close();
});

/** The background of an element, as the browser has computed it. */
const backgroundOf = (element: Locator): Promise<string> =>
  element.evaluate(
    (one, name) => Reflect.get(one.ownerDocument.defaultView?.getComputedStyle(one) ?? {}, name) as string,
    'backgroundColor',
  );

const send = (subject: string, more: object = {}): Promise<unknown> =>
  started.mail.send({ to: 'ann@contoso.com', subject, html: COLOURS, text: `Text of ${subject}`, ...more });

describe('The mailbox in a browser', () => {
  it.each(FRAMEWORKS)('shows new mails without being loaded again, on %s', async framework => {
    await started.close();
    started = await startPreviewApp({ framework });
    watched = await openPreview(browser, started);
    const { page, troubles } = watched;
    const told = page.waitForResponse(response => response.url().endsWith('/events'));
    await page.goto(`${started.url}/`);
    expect(page.url()).toBe(`${started.url}/mailbox`);
    await page.getByText('No mails yet.').waitFor();
    await told;
    await page.evaluate('window.notReloaded = true');
    await send('The first');
    await page.getByRole('link', { name: /The first/ }).waitFor();
    await send('The second');
    await page.getByRole('link', { name: /The second/ }).waitFor();
    expect(await page.getByRole('list', { name: 'Mails' }).getByRole('link').first().innerText()).toContain(
      'The second',
    );
    expect(await page.evaluate('window.notReloaded')).toBe(true);
    expect(troubles).toEqual([]);
  });

  it('is used with the keys alone: list, tabs, switches', async () => {
    for (const subject of ['One', 'Two', 'Three']) await send(subject);
    watched = await openPreview(browser, started);
    const { page, troubles } = watched;
    await page.goto(`${started.url}/mailbox`);
    const focused = (): Promise<unknown> =>
      page.evaluate(`(document.activeElement.id || document.activeElement.innerText).trim()`);
    const seen: unknown[] = [];
    const sections = await page.getByRole('navigation').getByRole('link').allInnerTexts();
    expect(sections).toContain('Mailbox');
    for (let step = 0; step < 6 + sections.length; step++) {
      await page.keyboard.press('Tab');
      seen.push(String(await focused()).replace(/^row-.+/, 'row'));
      const outline = await page.evaluate(`getComputedStyle(document.activeElement).outlineStyle`);
      expect(outline).toBe('solid');
    }
    expect(seen).toEqual(['Skip to the content', ...sections, 'Delete all', 'search', 'row', 'row', 'row']);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Two' }).waitFor();
    expect(await page.locator('.mails a[aria-current=true]').innerText()).toContain('Two');
    // The focus stays where it was.
    expect(await focused()).toMatch(/^row-/);

    await page.getByRole('tab', { name: 'HTML' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('tab-text');
    await page.keyboard.press('Enter');
    await page.getByText('Text of Two').waitFor();
    expect(await page.getByRole('tab', { selected: true }).innerText()).toBe('Text');
    expect(await focused()).toBe('tab-text');
    await page.keyboard.press('End');
    expect(await focused()).toBe('tab-source');
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('tab-html');
    await page.keyboard.press('Space');
    await page.frameLocator('iframe').getByText('Body of the mail').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Phone, 375 px');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('button', { name: /Phone/ }).getAttribute('aria-pressed')).toBe('true');
    expect(troubles).toEqual([]);
  });

  it('shows a mail as wide as a phone, and in dark colours, and keeps that for the next mail', async () => {
    await send('One');
    await send('Two');
    watched = await openPreview(browser, started, { colorScheme: 'dark' });
    const { page, troubles } = watched;
    await page.goto(`${started.url}/mailbox`);
    await page.getByRole('link', { name: /Two/ }).click();
    const body = page.frameLocator('iframe').locator('body');
    const background = (): Promise<string> => backgroundOf(body);
    const dark = page.getByRole('button', { name: 'Dark' });
    // As the browser is, until somebody wants it otherwise.
    expect(await background()).toBe('rgb(1, 2, 3)');
    expect(await dark.getAttribute('aria-pressed')).toBe('true');
    await dark.click();
    await page.locator('iframe[src*="scheme=light"]').waitFor();
    await body.getByText('Body of the mail').waitFor();
    expect(await background()).toBe('rgb(250, 250, 250)');
    await page.reload();
    await body.getByText('Body of the mail').waitFor();
    expect(await background()).toBe('rgb(250, 250, 250)');
    await dark.click();
    await page.locator('iframe[src*="scheme=dark"]').waitFor();
    await body.getByText('Body of the mail').waitFor();
    expect(await background()).toBe('rgb(1, 2, 3)');
    await page.getByRole('button', { name: /Phone/ }).click();
    expect((await page.locator('iframe').boundingBox())?.width).toBe(375);
    await page.getByRole('link', { name: /One/ }).click();
    await page.getByRole('heading', { name: 'One' }).waitFor();
    await body.getByText('Body of the mail').waitFor();
    expect(await background()).toBe('rgb(1, 2, 3)');
    expect((await page.locator('iframe').boundingBox())?.width).toBe(375);
    expect(troubles).toEqual([]);
  });

  it('has the colours of the browser, also without scripts and alone, and follows it', async () => {
    await send('One');
    for (const [colorScheme, colour] of [
      ['dark', 'rgb(1, 2, 3)'],
      ['light', 'rgb(250, 250, 250)'],
    ] as const) {
      watched = await openPreview(browser, started, { colorScheme, javaScriptEnabled: false });
      await watched.page.goto(`${started.url}/mailbox`);
      const alone = await watched.page.getByRole('link', { name: 'Open alone' }).getAttribute('href');
      await watched.close();
      watched = await openPreview(browser, started, { colorScheme });
      const { page } = watched;
      await page.goto(`${started.url}/mailbox`);
      const shown = page.frameLocator('iframe').locator('body');
      expect(await backgroundOf(shown)).toBe(colour);
      const other = colorScheme === 'dark' ? 'light' : 'dark';
      await page.emulateMedia({ colorScheme: other });
      const pressed = `[data-scheme][aria-pressed=${String(other === 'dark')}]`;
      await page.locator(pressed).waitFor();
      expect(await backgroundOf(shown)).not.toBe(colour);
      await page.emulateMedia({ colorScheme });
      await page.goto(`${started.origin}${alone}`);
      expect(await backgroundOf(page.locator('body'))).toBe(colour);
      await watched.close();
    }
  });

  it('shows the newest mail at once, with its row marked, and as others come it stays', async () => {
    for (const subject of ['One', 'Two']) await send(subject);
    watched = await openPreview(browser, started);
    const { page, troubles } = watched;
    const events = page.waitForResponse(response => response.url().endsWith('/events'));
    await page.goto(`${started.url}/mailbox`);
    await events;
    await page.getByRole('heading', { name: 'Two' }).waitFor();
    await page.frameLocator('iframe').getByText('Body of the mail').waitFor();
    expect(page.url()).toBe(`${started.url}/mailbox`);
    const marked = page.locator('.mails a[aria-current=true]');
    expect(await marked.innerText()).toContain('Two');
    await send('Three');
    await page.getByRole('link', { name: /Three/ }).waitFor();
    expect(await page.getByRole('heading', { name: 'Two' }).count()).toBe(1);
    expect(await marked.allInnerTexts()).toEqual([expect.stringContaining('Two')]);
    await page.getByRole('searchbox').fill('Three');
    await page.getByRole('link', { name: /One/ }).waitFor({ state: 'detached' });
    expect(await marked.count()).toBe(0);
    expect(await page.getByRole('heading', { name: 'Two' }).count()).toBe(1);
    expect(troubles).toEqual([]);
  });

  it('shows the first mail that comes while it is open, and leaves it there for the next ones', async () => {
    watched = await openPreview(browser, started);
    const { page, troubles } = watched;
    const events = page.waitForResponse(response => response.url().endsWith('/events'));
    await page.goto(`${started.url}/mailbox`);
    await events;
    await page.getByText('The first mail is shown here.').waitFor();
    await send('The first');
    await page.getByRole('heading', { name: 'The first' }).waitFor();
    await page.frameLocator('iframe').getByText('Body of the mail').waitFor();
    await page.getByRole('tab', { name: 'Text' }).click();
    await page.getByText('Text of The first').waitFor();
    await send('The second');
    await page.getByRole('link', { name: /The second/ }).waitFor();
    expect(await page.getByText('Text of The first').count()).toBe(1);
    expect(await page.locator('.mails a[aria-current=true]').innerText()).toContain('The first');
    expect(troubles).toEqual([]);
  });

  it('shows the list first on a phone, with no row marked', async () => {
    for (const subject of ['One', 'Two']) await send(subject);
    watched = await openPreview(browser, started, { viewport: PHONE });
    const { page, troubles } = watched;
    await page.goto(`${started.url}/mailbox`);
    const [first, second] = await page.getByRole('list', { name: 'Mails' }).getByRole('link').all();
    expect(await first?.isVisible()).toBe(true);
    expect(await page.getByRole('heading', { name: 'Two' }).isVisible()).toBe(false);
    const ground = (row = first): Promise<string> | undefined => row && backgroundOf(row);
    expect(await ground(first)).toBe(await ground(second));
    await second?.click();
    await page.getByRole('heading', { name: 'One' }).waitFor();
    expect(troubles).toEqual([]);
  });

  it.each([320, 375, 1280])('shows long subjects whole in list and head, %i px wide', async width => {
    const subjects = [
      'word '.repeat(60).trim(),
      'x'.repeat(300),
      'שלום לכולם וברוכים הבאים '.repeat(12).trim(),
      '🎉👩‍👩‍👧‍👦'.repeat(25),
      `https://contoso.com/${'a/'.repeat(140)}`,
    ];
    for (const subject of subjects) await send(subject);
    watched = await openPreview(browser, started, { viewport: { width, height: 800 } });
    const { page, troubles } = watched;
    const clipped = `[...document.querySelectorAll('.subject, h2')].filter(one => one.checkVisibility() &&
      (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline' || one.scrollHeight > one.clientHeight + 1 && getComputedStyle(one).overflow !== 'visible' ||
       one.getBoundingClientRect().right > innerWidth || getComputedStyle(one).textOverflow === 'ellipsis')).map(one => one.innerText)`;
    const fits = async (): Promise<void> => {
      // Before its style sheet is there, a page is laid out without one.
      await page.waitForLoadState('load');
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(await page.evaluate(clipped)).toEqual([]);
    };
    await page.goto(`${started.url}/mailbox`);
    await fits();
    const rows = page.getByRole('list', { name: 'Mails' }).getByRole('link');
    expect(await rows.locator('.subject').allInnerTexts()).toEqual(subjects.toReversed());
    // Several lines each, beside the time, which stays in sight.
    for (const row of await rows.all()) {
      expect((await row.locator('.subject').boundingBox())?.height).toBeGreaterThan(60);
      const time = await row.locator('time').boundingBox();
      expect(time && time.x + time.width).toBeLessThanOrEqual(width);
    }
    for (let row = 0; row < subjects.length; row++) {
      await page.goto(`${started.url}/mailbox`);
      await rows.nth(row).click();
      await page.getByRole('heading', { level: 2 }).waitFor();
      await fits();
    }
    expect(troubles).toEqual([]);
  });

  it('finds mails while somebody types', async () => {
    await send('About apples');
    await send('About pears');
    watched = await openPreview(browser, started);
    const { page, troubles } = watched;
    await page.goto(`${started.url}/mailbox`);
    await page.getByRole('searchbox').fill('apples');
    await page.getByRole('link', { name: /About pears/ }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: /About apples/ }).waitFor();
    expect(page.url()).toBe(`${started.url}/mailbox?search=apples`);
    expect(await page.evaluate('document.activeElement.id')).toBe('search');
    await page.getByRole('searchbox').fill('bananas');
    await page.getByText('No mail has “bananas” in it.').waitFor();
    expect(troubles).toEqual([]);
  });

  it('keeps up with a flood of mails while it is open', async () => {
    watched = await openPreview(browser, started);
    const { page, troubles } = watched;
    const told = page.waitForResponse(response => response.url().endsWith('/events'));
    await page.goto(`${started.url}/mailbox`);
    await told;
    for (let index = 0; index < 3000; index++) await send(`Mail ${index}`);
    await page.getByRole('link', { name: /Mail 2999/ }).waitFor();
    await page.getByText('2500 older mails are not here').waitFor();
    expect(await page.getByRole('list', { name: 'Mails' }).getByRole('link').count()).toBe(500);
    expect(troubles).toEqual([]);
  });

  it('does what somebody asks for while new mails come in', async () => {
    await send('The one that is wanted');
    watched = await openPreview(browser, started);
    const { page, troubles } = watched;
    const told = page.waitForResponse(response => response.url().endsWith('/events'));
    await page.goto(`${started.url}/mailbox`);
    await told;
    const enough = new AbortController();
    const flood = (async () => {
      for (let index = 0; !enough.signal.aborted; index++) {
        await send(`Other ${index}`);
        // A mail that goes nowhere waits for nothing: whoever sends for ever must let others have their turn.
        if (index % 20 === 0) await nextTurn(5);
      }
    })();
    await page.getByRole('searchbox').fill('wanted');
    await page.getByRole('link', { name: /Other/ }).first().waitFor({ state: 'detached' });
    await page.waitForURL(/search=wanted/);
    enough.abort();
    await flood;
    await send('Also wanted');
    await page.getByRole('link', { name: /Also wanted/ }).waitFor();
    expect(await page.getByRole('list', { name: 'Mails' }).innerText()).not.toContain('Other');
    expect(troubles).toEqual([]);
  });

  it('deletes all mails when that is confirmed', async () => {
    await send('One');
    watched = await openPreview(browser, started);
    const { page, troubles } = watched;
    await page.goto(`${started.url}/mailbox`);
    expect(await page.getByRole('button', { name: 'Delete all mails' }).isVisible()).toBe(false);
    await page.getByText('Delete all', { exact: true }).click();
    await page.getByRole('button', { name: 'Delete all mails' }).click();
    await page.getByText('No mails yet.').waitFor();
    expect(troubles).toEqual([]);
  });

  it('goes on with the list after the application was started again', async () => {
    watched = await openPreview(browser, started);
    const { page } = watched;
    const told = page.waitForResponse(response => response.url().endsWith('/events'));
    await page.goto(`${started.url}/mailbox`);
    await told;
    await send('Before');
    await page.getByRole('link', { name: /Before/ }).waitFor();
    const port = Number(new URL(started.origin).port);
    await started.close();
    started = await startPreviewApp({ port });
    await page.getByText('No mails yet.').waitFor();
    await send('After');
    await page.getByRole('link', { name: /After/ }).waitFor();
  });

  it.each([
    ['a desktop', DESKTOP],
    ['a phone', PHONE],
  ])('fits the window of %s in every view, however long the words are', async (_device, viewport) => {
    const long = 'x'.repeat(300);
    await send(`Long ${long}`, {
      to: Array.from({ length: 20 }, (_, at) => `${'y'.repeat(50)}${at}@contoso.com`),
      headers: { 'X-Long': long },
      attachments: [{ filename: `${'x'.repeat(200)}.txt`, content: long }],
      text: long,
    });
    watched = await openPreview(browser, started, { viewport });
    const { page, troubles } = watched;
    const fits = async (): Promise<void> => {
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    };
    await page.goto(`${started.url}/mailbox`);
    await fits();
    await page.getByRole('link', { name: /Long/ }).click();
    for (const name of ['HTML', 'Text', 'Headers', 'Attachments', 'Delivery', 'Source']) {
      await page.getByRole('tab', { name }).click();
      await page.getByRole('tab', { name, selected: true }).waitFor();
      await fits();
    }
    const back = page.getByRole('link', { name: 'Back to the list' });
    expect(await back.isVisible()).toBe(viewport === PHONE);
    if (viewport === PHONE) {
      expect(await page.getByRole('searchbox').isVisible()).toBe(false);
      await back.click();
      await page.getByRole('searchbox').waitFor();
      expect(page.url()).toBe(`${started.url}/mailbox`);
    }
    expect(troubles).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'has words that can be read, in %s colours (WCAG 2.2, 1.4.3)',
    async colorScheme => {
      await send('One', { attachments: [{ filename: 'a.txt', content: 'a' }] });
      watched = await openPreview(browser, started, { colorScheme });
      const { page } = watched;
      await page.goto(`${started.url}/mailbox`);
      await page.getByRole('link', { name: /One/ }).click();
      await page.getByRole('tab', { name: 'Delivery' }).click();
      await page.getByRole('heading', { name: 'Envelope' }).waitFor();
      const faint = await page.evaluate(`(() => {
      const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
      const luminance = colour => {
        const [r, g, b] = numbers(colour).map(part => { const c = part / 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const behind = element => {
        for (let one = element; one; one = one.parentElement) {
          const colour = getComputedStyle(one).backgroundColor;
          if (numbers(colour).at(3) !== 0) return colour;
        }
        return 'rgb(255, 255, 255)';
      };
      const found = [];
      for (const element of document.querySelectorAll('body *')) {
        const words = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
        if (!words || !element.checkVisibility()) continue;
        const [one, two] = [luminance(getComputedStyle(element).color), luminance(behind(element))].sort((a, b) => b - a);
        if ((one + 0.05) / (two + 0.05) < 4.5) found.push(element.innerText);
      }
      return found;
    })()`);
      expect(faint).toEqual([]);
    },
  );

  it('is marked up for those who do not see it', async () => {
    await send('One');
    watched = await openPreview(browser, started);
    const { page } = watched;
    await page.goto(`${started.url}/mailbox`);
    await page.getByRole('link', { name: /One/ }).click();
    await page.getByRole('heading', { name: 'One' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    for (const landmark of ['banner', 'navigation', 'main', 'search'] as const)
      expect(await page.getByRole(landmark).count()).toBe(1);
    expect(
      await page.getByRole('searchbox', { name: 'Search in subjects, addresses and texts' }).count(),
    ).toBe(1);
    expect(await page.getByRole('tabpanel', { name: 'HTML' }).count()).toBe(1);
    expect(await page.locator('iframe').getAttribute('title')).toBe('HTML of the mail “One”');
    expect(await page.locator('[role=tab][tabindex="0"]').count()).toBe(1);
    expect(await page.title()).toBe('One · Mail preview');
  });

  it('shows everything without scripts too', async () => {
    await send('One');
    watched = await openPreview(browser, started, { javaScriptEnabled: false });
    const { page } = watched;
    await page.goto(`${started.url}/mailbox?search=one`);
    await page.getByRole('link', { name: /One/ }).click();
    await page.getByRole('tab', { name: 'Text' }).click();
    await page.getByText('Text of One').waitFor();
    await page.getByText('Delete all', { exact: true }).click();
    await page.getByRole('button', { name: 'Delete all mails' }).click();
    await page.getByText('No mails yet.').waitFor();
  });
});
