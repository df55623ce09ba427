import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { hostileMails } from '../../preview/hostile-mails.js';
import { ask } from '../../preview/http-request.js';
import type { PreviewApp } from '../../preview/preview-app.js';
import { startPreviewApp } from '../../preview/preview-app.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { openPreview, startBrowser } from './browser.js';
import type { Canary } from './canary.js';
import { startCanary } from './canary.js';

/** What Chromium says when it has kept a mail from something. */
const BLOCKED =
  /Content Security Policy|sandboxed|Unsafe attempt|Blocked|violates the following|X-Frame-Options|ERR_BLOCKED_BY/i;
const TITLES = hostileMails('http://canary').map(({ title }) => title);

let browser: Browser;
let canary: Canary;
let folder: TemporaryDirectory;
let started: PreviewApp;
let ids: Map<string, string>;
beforeAll(async () => {
  canary = await startCanary();
  folder = temporaryDirectory();
  for (const [index, { source }] of hostileMails(canary.url).entries())
    folder.write(`mail-${index}.eml`, source);
  folder.write(
    'link.eml',
    `From: a@contoso.com\r\nTo: b@contoso.com\r\nSubject: link\r\nContent-Type: text/html\r\n\r\n<!doctype html><html><head><title>x</title></head><body><a href="${canary.url}/clicked" ping="${canary.url}/ping">Follow me</a><a href="${canary.url}/top" target="_top">To the top</a><a target = '_self' href="${canary.url}/self">Stay here</a></body></html>`,
  );
  folder.write(
    'interactive.eml',
    `From: a@contoso.com\r\nTo: b@contoso.com\r\nSubject: interactive\r\nContent-Type: text/html\r\n\r\n<form action="${canary.url}/form"><input name="password"><button formtarget="_top">Log in</button></form><p><a href="${canary.url}/link">A link</a></p><p><a href="javascript:alert(1)">A script</a></p>`,
  );
  started = await startPreviewApp({ preview: { mailbox: { pickupDirectory: folder.path } } });
  const found = JSON.parse((await ask(`${started.url}/api/messages?limit=1000`)).body) as {
    id: string;
    file: string;
  }[];
  ids = new Map(found.map(({ id, file }) => [file, id]));
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await started?.close();
  folder?.remove();
  await canary?.close();
});

/** Long enough for whatever runs by itself to have run. */
const SETTLE_MS = 250;

describe('A hostile mail in a browser', () => {
  it.each(TITLES.map((title, index) => [title.slice(0, 60), index] as const))(
    'cannot run, load or lead anywhere: %s',
    async (_, index) => {
      const before = canary.connections();
      const { page, troubles, close } = await openPreview(browser, started);
      const link = `${started.url}/mailbox/${ids.get(`mail-${index}.eml`)}`;
      // The last ones try something with what is not HTML.
      const others = index < TITLES.indexOf('malformed MIME') ? [] : ['?tab=headers', '?tab=attachments'];
      for (const path of ['?tab=html', '?tab=text', '?tab=source', '/html', ...others]) {
        const address = `${link}${path}`;
        const response = await page.goto(address);
        expect([200, 404]).toContain(response?.status());
        await page.waitForTimeout(SETTLE_MS);
        expect(page.url()).toBe(address);
        expect(page.context().pages()).toHaveLength(1);
        if (path.startsWith('?')) expect(await page.getByRole('tab').count()).toBe(6);
      }
      expect(troubles.filter(trouble => !BLOCKED.test(trouble) && !/status of 404/.test(trouble))).toEqual(
        [],
      );
      expect(canary.requests).toEqual([]);
      expect(canary.connections() - before).toBe(0);
      await close();
    },
  );

  it('gets nothing out of somebody who points, types and presses keys in it', async () => {
    const before = canary.connections();
    const { page, troubles, close } = await openPreview(browser, started);
    await page.goto(`${started.url}/mailbox/${ids.get('interactive.eml')}`);
    const mail = page.frameLocator('iframe');
    await mail.getByText('A link').hover();
    await mail.getByText('A link').dispatchEvent('mousedown');
    await mail.getByRole('textbox').fill('secret');
    await mail.getByRole('textbox').press('Enter');
    await mail.getByRole('button', { name: 'Log in' }).click();
    await mail.getByText('A script').click();
    await page.waitForTimeout(SETTLE_MS);
    expect(page.url()).toContain('/mailbox/');
    expect(troubles.filter(trouble => !BLOCKED.test(trouble))).toEqual([]);
    expect(canary.connections() - before).toBe(0);
    await close();
  });

  it('can be listed and searched among all the others', async () => {
    const { page, troubles, close } = await openPreview(browser, started);
    await page.goto(`${started.url}/mailbox`);
    expect(await page.getByRole('list', { name: 'Mails' }).getByRole('link').count()).toBe(TITLES.length + 2);
    await page.getByRole('searchbox').fill('<script>alert(');
    await page.waitForURL(/search=/);
    expect(troubles).toEqual([]);
    expect(canary.connections()).toBe(0);
    await close();
  });
});

describe('A link of a mail', () => {
  it('can be followed: in a window of its own that learns nothing of where it was', async () => {
    const { page, troubles, close } = await openPreview(browser, started);
    await page.goto(`${started.url}/mailbox/${ids.get('link.eml')}`);
    const opened = page.context().waitForEvent('page');
    await page.frameLocator('iframe').getByText('Follow me').click();
    const other = await opened;
    await other.waitForLoadState();
    expect(other.url()).toBe(`${canary.url}/clicked`);
    expect(await other.locator('#opener').innerText()).toBe('null');
    expect(canary.requests.find(({ path }) => path === '/clicked')?.headers.referer).toBeUndefined();
    expect(canary.requests.filter(({ path }) => path === '/ping')).toEqual([]);
    expect(page.url()).toContain(`/mailbox/${ids.get('link.eml')}`);
    expect(troubles.filter(trouble => !BLOCKED.test(trouble))).toEqual([]);
    await close();
  });

  it.each([
    ['_top', 'To the top'],
    ['_self', 'Stay here'],
  ])('opens there too when it asks for %s', async (_, words) => {
    const { page, close } = await openPreview(browser, started);
    const address = `${started.url}/mailbox/${ids.get('link.eml')}`;
    await page.goto(address);
    const opened = page.context().waitForEvent('page');
    await page.frameLocator('iframe').getByText(words).click();
    const other = await opened;
    await other.waitForLoadState();
    expect(other.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/(?:top|self)$/);
    expect(page.url()).toBe(address);
    await close();
  });
});

describe('A page of somebody else', () => {
  // It stands on another port of the same host, so that the browser sends the cookie along.
  it('can neither show the preview in a frame, nor read it, nor delete mails', async () => {
    const { page, close } = await openPreview(browser, started);
    const before = (JSON.parse((await ask(`${started.url}/api/messages`)).body) as unknown[]).length;
    await page.goto(`${canary.url}/foreign`);
    const outcome = await page.evaluate(`(async () => {
      const url = '${started.url}';
      const tried = async (path, init) => { try { return await (await fetch(url + path, init)).text(); } catch { return 'refused'; } };
      const read = await tried('/api/messages', {});
      await tried('/api/messages', { method: 'DELETE' });
      await tried('/mailbox/delete', { method: 'POST', mode: 'no-cors' });
      const frame = document.createElement('iframe');
      frame.src = url + '/mailbox';
      const loaded = new Promise(resolve => { frame.onload = resolve; });
      document.body.append(frame);
      await loaded;
      return read;
    })()`);
    expect(outcome).toBe('refused');
    const framed = page.frames().find(frame => frame !== page.mainFrame());
    expect(framed?.url()).not.toContain('/mailbox');
    expect(JSON.parse((await ask(`${started.url}/api/messages`)).body)).toHaveLength(before);
    await close();
  });
});
