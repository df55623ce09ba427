import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { WITH_KEY } from '../../preview/http-request.js';
import type { TemplatesApp } from '../../preview/templates-app.js';
import { startTemplatesApp } from '../../preview/templates-app.js';
import type { WatchedPage } from './browser.js';
import { openPreview, PHONE, startBrowser } from './browser.js';

let browser: Browser;
let app: TemplatesApp;
let opened: WatchedPage;
let page: Page;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
});
beforeEach(async () => {
  app = await startTemplatesApp();
  opened = await openPreview(browser, app);
  page = opened.page;
});
afterEach(async () => {
  await opened?.close();
  await app?.close();
});

const show = (path: string): Promise<unknown> => page.goto(`${app.url}/templates${path}`);
const mail = (words: string): Promise<void> => page.frameLocator('iframe').getByText(words).waitFor();

/** What stands in the frame, as the browser has computed it. */
function bodyStyle(property: string): Promise<string> {
  return page
    .frameLocator('iframe')
    .locator('body')
    .evaluate(
      (body, name) => body.ownerDocument.defaultView?.getComputedStyle(body).getPropertyValue(name) ?? '',
      property,
    );
}

describe('The page of templates', () => {
  it('leads from the list to a template, its cultures and its samples', async () => {
    await page.goto(app.url);
    await page.getByRole('link', { name: 'Templates' }).click();
    await page.getByRole('link', { name: /^welcome/ }).click();
    await mail('Hello Ann');
    await page.getByRole('navigation', { name: 'Culture' }).getByRole('link', { name: 'fr' }).click();
    await mail('Bonjour Ann');
    await page.getByRole('navigation', { name: 'Sample' }).getByRole('link', { name: 'long name' }).click();
    await mail('Bonjour Maximiliana');
    expect(new URL(page.url()).search).toBe('?culture=fr&sample=long+name');
    await page.getByLabel('Another culture').fill('de');
    await page.keyboard.press('Enter');
    await page.getByText('There is no template "welcome" in de; it exists in en and fr.').waitFor();
    await mail('Hello Maximiliana');
    expect(opened.troubles).toEqual([]);
  });

  it('narrows its list while somebody types', async () => {
    await show('/welcome');
    await mail('Hello Ann');
    await page.getByRole('searchbox', { name: 'Filter the templates' }).fill('ship');
    await page.getByRole('link', { name: /^welcome/ }).waitFor({ state: 'detached' });
    expect(await page.getByRole('link', { name: /^order\/shipped/ }).count()).toBe(1);
    await mail('Hello Ann');
    await page.getByRole('link', { name: /^order\/shipped/ }).click();
    await page.getByRole('heading', { name: 'order/shipped' }).waitFor();
    expect(await page.getByRole('searchbox', { name: 'Filter the templates' }).inputValue()).toBe('ship');
  });

  it('keeps the place in a long list from one template to the next', async () => {
    for (let index = 100; index < 160; index++) {
      app.directory.write(`t${index}/subject.en.hbs`, `Subject ${index}`);
      app.directory.write(`t${index}/text.en.hbs`, `Text ${index}`);
    }
    await show('');
    const last = page.getByRole('link', { name: /^t159/ });
    await last.waitFor();
    await last.click();
    await page.getByRole('heading', { name: 't159' }).waitFor();
    const scrolled = (): Promise<number> => page.locator('#template-list').evaluate(list => list.scrollTop);
    const before = await scrolled();
    expect(before).toBeGreaterThan(0);
    await page.getByRole('link', { name: /^t158/ }).click();
    await page.getByRole('heading', { name: 't158' }).waitFor();
    expect(await scrolled()).toBe(before);
    await page.getByRole('searchbox', { name: 'Filter the templates' }).fill('t15');
    await page.getByRole('link', { name: /^t149/ }).waitFor({ state: 'detached' });
    expect(new URL(page.url()).pathname).toMatch(/\/t158$/);
    await page.goBack();
    await page.getByRole('heading', { name: 't159' }).waitFor();
    expect(opened.troubles).toEqual([]);
  });

  it('is used with the keyboard alone: tabs with arrows, the rest with Tab and Enter', async () => {
    await show('/welcome');
    await page.getByRole('tab', { name: 'HTML' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'Text', selected: true }).waitFor();
    expect(await page.getByRole('tabpanel', { name: 'Text' }).innerText()).toContain('Hello Ann');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'Headers', selected: true }).waitFor();
    expect(await page.getByRole('tabpanel', { name: 'Headers' }).innerText()).toContain('auto-generated');
    expect(new URL(page.url()).search).toBe('?tab=headers');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press(' ');
    await page.getByRole('tab', { name: 'Source', selected: true }).waitFor();
    await page.reload();
    expect(await page.getByRole('tabpanel', { name: 'Source' }).innerText()).toContain('welcome/html.en.hbs');
    const within = (): Promise<boolean> =>
      page
        .getByRole('navigation', { name: 'Sample' })
        .getByRole('link', { name: 'long name' })
        .evaluate(link => link === link.ownerDocument.activeElement);
    await page.keyboard.press('Tab');
    for (let presses = 0; presses < 60 && !(await within()); presses++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Hello Maximiliana').waitFor();
    expect(opened.troubles).toEqual([]);
  });

  it('shows a mail as wide as a phone and as a desktop, in light and in dark colours', async () => {
    await show('/welcome');
    await mail('Hello Ann');
    const width = async (): Promise<number> => (await page.locator('iframe').boundingBox())?.width ?? 0;
    expect(await width()).toBeGreaterThan(600);
    expect(await bodyStyle('color')).toBe('rgb(0, 0, 0)');
    await page.getByRole('button', { name: /Phone/ }).click();
    expect(await width()).toBe(375);
    await page.getByRole('button', { name: 'Dark' }).click();
    await page.locator('iframe[src*="scheme=dark"]').waitFor();
    await mail('Hello Ann');
    expect(await bodyStyle('color')).toBe('rgb(255, 255, 255)');
    await page.getByRole('button', { name: 'Desktop' }).click();
    expect(await width()).toBeGreaterThan(600);
    expect(opened.troubles).toEqual([]);
  });

  it('is in its place on a phone: a list, and a template that leads back to it', async () => {
    await opened.close();
    opened = await openPreview(browser, app, { viewport: PHONE });
    page = opened.page;
    await show('');
    await page.getByRole('link', { name: /^welcome/ }).click();
    await mail('Hello Ann');
    for (const tab of ['Text', 'Source', 'Headers', 'HTML']) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('tab', { name: tab, selected: true }).waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    }
    await page.getByRole('link', { name: 'All templates' }).click();
    await page.getByRole('link', { name: /^order\/shipped/ }).waitFor();
    expect(opened.troubles).toEqual([]);
  });

  it('shows a change of a template, a partial and a sample by itself, and keeps its place', async () => {
    await show('/welcome');
    await mail('Hello Ann');
    await page.evaluate('window.untouched = true');
    app.directory.write('welcome/html.en.hbs', '<p>Good morning {{name}}</p>{{> sign by="Contoso"}}');
    await mail('Good morning Ann');
    app.directory.write('partials/sign.html.hbs', '<p>Regards, {{by}}</p>');
    await mail('Regards, Contoso');
    app.directory.write('welcome/samples.json', '{ "default": { "name": "Eve" } }');
    await mail('Good morning Eve');
    await page.getByText('Welcome Eve').waitFor();
    app.directory.write('new/subject.en.hbs', 'New');
    await page.getByRole('link', { name: /^new/ }).waitFor();
    expect(await page.evaluate('window.untouched')).toBe(true);
    expect(opened.troubles).toEqual([]);
  });

  it('says where a template is broken, and shows it again as soon as it is mended', async () => {
    app.directory.write('broken/subject.en.hbs', 's');
    app.directory.write('broken/html.en.hbs', 'one\n{{#if x}');
    await show('/broken');
    const problems = page.getByRole('region', { name: 'This mail would not be sent' });
    await problems.waitFor();
    expect(await problems.innerText()).toMatch(/broken\/html\.en\.hbs, line 2, column 8/);
    expect(await problems.locator('[data-line="2"]').getAttribute('class')).toContain('marked');
    app.directory.write('broken/html.en.hbs', '<p>Mended {{name}}</p>');
    await page.getByText('name is missing').waitFor();
    await mail('Mended [name]');
    app.directory.write('broken/html.en.hbs', '<p>All mended</p>');
    await mail('All mended');
    await problems.waitFor({ state: 'detached' });
    expect(opened.troubles).toEqual([]);
  });

  it('takes variables that are typed in, and keeps them while files change', async () => {
    await show('/order%2Fshipped');
    const variables = page.getByLabel('The template’s variables as JSON');
    await variables.fill('{ "id": 12, "trackUrl": "tomorrow" }');
    app.directory.write('order/shipped/html.en.hbs', '<p>Underway:\n{{trackUrl}}</p>');
    await mail('Underway');
    expect(await variables.inputValue()).toBe('{ "id": 12, "trackUrl": "tomorrow" }');
    await page.getByRole('button', { name: 'Show with these' }).click();
    await page.getByText('Order 12').waitFor();
    await mail('tomorrow');
  });

  it('sends a template to somebody', async () => {
    await show('/welcome?culture=fr');
    await page.getByText('Send me this').click();
    await page.getByLabel('Address').fill('me@contoso.com');
    await page.keyboard.press('Enter');
    await page.getByRole('status').waitFor();
    expect(await page.getByRole('status').innerText()).toContain('accepted it for me@contoso.com');
    expect(app.sink.messages.map(message => message.envelope.to)).toEqual([['me@contoso.com']]);
    expect(opened.troubles).toEqual([]);
  });

  it('gives an .eml', async () => {
    await show('/welcome?culture=fr');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download .eml' }).click();
    expect((await download).suggestedFilename()).toBe('welcome.fr.eml');
  });
});

describe('A template with hostile content', () => {
  it('neither runs nor loads anything, wherever it is shown', async () => {
    let connections = 0;
    const elsewhere = createServer(socket => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.1', resolve));
    const away = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    const hostile = `<script>alert(1)</script><img src="${away}/a.png" onerror="alert(2)"><link rel="stylesheet" href="${away}/b.css"><style>@import "${away}/c.css"; body { background: url(${away}/d.png) }</style><iframe src="${away}/e"></iframe><meta http-equiv="refresh" content="0;url=${away}/f"><form action="${away}/g"><button>Go</button></form><p>Still here</p>`;
    app.directory.write('hostile/html.hbs', `{{{x}}}`);
    app.directory.write('hostile/subject.hbs', '{{x}}');
    app.directory.write('hostile/text.hbs', '{{x}}');
    app.directory.write(
      'hostile/samples.json',
      JSON.stringify({ '<script>alert(3)</script>': { x: hostile } }),
    );
    while ((await fetch(`${app.url}/templates/hostile`, { headers: WITH_KEY })).status === 404);
    for (const path of ['', '?tab=text', '?tab=source', '?tab=headers', '/html', '/html?scheme=dark']) {
      await show(`/hostile${path}`);
      if (path === '') await mail('Still here');
      await page.waitForTimeout(300);
      expect(page.url()).toBe(`${app.url}/templates/hostile${path}`);
    }
    expect(opened.troubles.filter(trouble => trouble.startsWith('dialog'))).toEqual([]);
    expect(connections).toBe(0);
    elsewhere.close();
  });
});
