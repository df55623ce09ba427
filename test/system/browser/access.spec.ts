import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Header } from '@nestjs/common';
import type { Browser } from 'playwright-core';
import { ask } from '../../preview/http-request.js';
import type { PreviewApp } from '../../preview/preview-app.js';
import { startPreviewApp } from '../../preview/preview-app.js';
import type { WatchedPage } from './browser.js';
import { openPage, openPreview, startBrowser } from './browser.js';

/** A name of somebody else, which leads to this machine. */
const REBOUND = 'evil.example';
/** What Chromium says of answers that are refusals. */
const REFUSED = /status of 401/;

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const MAIL = {
  to: 'ann@contoso.com',
  subject: 'Reset',
  html: '<p>Body of the mail</p><img alt="logo" src="cid:logo">',
  attachments: [
    { filename: 'terms.txt', content: 'the terms' },
    { filename: 'logo.png', content: Buffer.from(PIXEL, 'base64'), contentType: 'image/png', cid: 'logo' },
  ],
};

/** A page of the application whose script is somebody else's once the name of somebody else leads to it. */
@Controller('attack')
class AttackController {
  @Get()
  @Header('Content-Type', 'text/html')
  page(): string {
    return '<title>Attack</title>';
  }
}

let browser: Browser;
let started: PreviewApp | undefined;
let elsewhere: Server | undefined;
let watched: WatchedPage | undefined;
beforeAll(async () => {
  browser = await startBrowser(`--host-resolver-rules=MAP ${REBOUND} 127.0.0.1`);
});
afterAll(async () => {
  await browser?.close();
});
afterEach(async () => {
  await watched?.close();
  await started?.close();
  elsewhere?.closeAllConnections();
  elsewhere?.close();
  watched = undefined;
  started = undefined;
  elsewhere = undefined;
});

/** A page of another site that links to an address; localhost is another site than 127.0.0.1. */
async function pageWithLink(address: string): Promise<string> {
  elsewhere = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end(`<title>Elsewhere</title><a href="${address}">To the mails</a>`);
  });
  await once(elsewhere.listen(0, '127.0.0.1'), 'listening');
  return `http://localhost:${(elsewhere.address() as AddressInfo).port}/`;
}

describe('The address that the start prints, in a browser,', () => {
  it('opens the preview, stays in no history, and everything works with its cookie', async () => {
    started = await startPreviewApp({ preview: { key: undefined } });
    const { mail, url, origin, logger } = started;
    await mail.send(MAIL);
    const address = /Open the mails of this application: (\S+)/.exec(logger.lines.join('\n'))?.[1] ?? '';
    watched = await openPage(browser);
    const { page, troubles } = watched;
    const events = page.waitForResponse(response => response.url() === `${url}/events`);
    await page.goto(address);
    expect(page.url()).toBe(`${url}/mailbox`);
    expect((await events).status()).toBe(200);
    expect(await page.evaluate('document.cookie')).toBe('');
    expect(await page.evaluate('document.referrer')).toBe('');
    const cookies = await page.context().cookies(url);
    expect(cookies).toMatchObject([{ path: '/mail', httpOnly: true, sameSite: 'Strict', expires: -1 }]);
    expect(await page.context().cookies(origin)).toEqual([]);

    const frame = page.frameLocator('iframe');
    await frame.getByText('Body of the mail').waitFor();
    const width = frame.getByAltText('logo').evaluate(image => Reflect.get(image, 'naturalWidth') as number);
    expect(await width).toBe(1);
    const alone = page.context().waitForEvent('page');
    await page.getByRole('link', { name: 'Open alone' }).click();
    await (await alone).getByText('Body of the mail').waitFor();
    await (await alone).close();

    await page.getByRole('tab', { name: /Attachments/ }).click();
    const download = page.waitForEvent('download');
    await page
      .getByRole('link', { name: /terms\.txt|Save|Download/ })
      .first()
      .click();
    expect((await download).suggestedFilename()).toMatch(/terms\.txt|logo\.png/);

    await mail.send({ ...MAIL, subject: 'Another' });
    await page.getByRole('link', { name: /Another/ }).waitFor();
    const status = `fetch('${url}/api/messages', { method: 'DELETE' }).then(answer => answer.status)`;
    expect(await page.evaluate(status)).toBe(204);
    await page.getByText('No mails yet.').waitFor();
    await mail.send(MAIL);
    await page.getByRole('link', { name: /Reset/ }).waitFor();
    await page.getByText('Delete all', { exact: true }).click();
    await page.getByRole('button', { name: 'Delete all mails' }).click();
    await page.getByText('No mails yet.').waitFor();
    const entries = (await page.evaluate(
      `performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource')).map(entry => entry.name)`,
    )) as string[];
    expect(entries.filter(entry => entry.includes('key='))).toEqual([]);
    // The page of the mail that was deleted while it was shown.
    expect(troubles.filter(trouble => !trouble.includes('status of 404'))).toEqual([]);
  });

  it('opens it from a link on a page of another site, from which the cookie is kept back', async () => {
    started = await startPreviewApp();
    watched = await openPage(browser);
    const { page, troubles } = watched;
    await page.goto(await pageWithLink(started.opening));
    await page.getByRole('link', { name: 'To the mails' }).click();
    await page.getByRole('heading', { name: 'Mailbox' }).waitFor();
    expect(page.url()).toBe(`${started.url}/mailbox`);
    expect(troubles.filter(trouble => !REFUSED.test(trouble))).toEqual([]);
  });

  it('is not needed again for a link to a page of it, whoever links there', async () => {
    started = await startPreviewApp();
    watched = await openPreview(browser, started);
    const { page } = watched;
    await page.goto(await pageWithLink(`${started.url}/templates?q=reset`));
    await page.getByRole('link', { name: 'To the mails' }).click();
    await page.getByRole('heading', { name: 'Templates', level: 1 }).waitFor();
    expect(page.url()).toBe(`${started.url}/templates?q=reset`);
  });

  it('keeps two previews on one host apart, each open', async () => {
    started = await startPreviewApp({ preview: { key: undefined } });
    const other = await startPreviewApp({ preview: { key: undefined } });
    watched = await openPage(browser);
    const { page, troubles } = watched;
    for (const { logger } of [started, other])
      await page.goto(/Open the mails of this application: (\S+)/.exec(logger.lines.join('\n'))?.[1] ?? '');
    for (const { url } of [started, other]) {
      await page.goto(`${url}/mailbox`);
      await page.getByRole('heading', { name: 'Mailbox' }).waitFor();
    }
    expect(troubles).toEqual([]);
    await other.close();
  });
});

describe('Without the key a browser', () => {
  it('sees a page that says how to get in, once, and nothing of the preview', async () => {
    started = await startPreviewApp();
    watched = await openPage(browser);
    const { page } = watched;
    const asked: string[] = [];
    page.on('request', request => asked.push(new URL(request.url()).pathname));
    await page.goto(await pageWithLink(`${started.url}/mailbox`));
    await page.getByRole('link', { name: 'To the mails' }).click();
    await page.waitForURL(/again=1/);
    await page.getByRole('heading', { name: 'Locked' }).waitFor();
    await page.getByText('Open the address that was printed at the start').waitFor();
    await page.waitForTimeout(500);
    expect(asked.filter(path => path.startsWith('/mail'))).toEqual(['/mail/mailbox', '/mail/mailbox']);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    const other = await page.context().newPage();
    await other.goto(started.opening);
    await page.getByRole('link', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Mailbox' }).waitFor();
    expect(page.url()).toBe(`${started.url}/mailbox`);
  });

  it('gets nothing for a page of somebody else whose name leads to this machine (DNS rebinding)', async () => {
    for (const preview of [{}, { allowLoopback: true }]) {
      started = await startPreviewApp({ controllers: [AttackController], preview });
      await started.mail.send(MAIL);
      watched = await openPreview(browser, started);
      const { page } = watched;
      await page.goto(`http://${REBOUND}:${new URL(started.origin).port}/attack`);
      const outcome = await page.evaluate(`(async () => {
        const tried = async (path, init) => (await fetch('/mail' + path, { credentials: 'include', ...init })).status;
        const events = await new Promise(resolve => {
          const stream = new EventSource('/mail/events');
          stream.onopen = () => resolve('open');
          stream.onerror = () => resolve('refused');
        });
        return [events, await tried('/mailbox'), await tried('/api/messages'), await tried('/api/messages', { method: 'DELETE' }),
          await tried('/mailbox/delete', { method: 'POST' }), await tried('/mailbox?key=guess')];
      })()`);
      expect(outcome).toEqual(['refused', 401, 401, 401, 401, 401]);
      expect(JSON.parse((await ask(`${started.url}/api/messages`)).body)).toHaveLength(1);
      await watched.close();
      await started.close();
    }
  });
});

describe('A page that is open when the application starts again', () => {
  it('says that the key is another one now, and follows what is asked to the page that says how to get in', async () => {
    started = await startPreviewApp({ preview: { key: 'the-key-of-the-first-start' } });
    await started.mail.send(MAIL);
    const port = Number(new URL(started.origin).port);
    watched = await openPage(browser);
    const { page } = watched;
    const events = page.waitForResponse(response => response.url().endsWith('/events'));
    await page.goto(`${started.url}?key=the-key-of-the-first-start`);
    await events;
    await started.close();
    started = await startPreviewApp({ port });
    await page.getByRole('alert').getByText('has another key').waitFor();
    expect(await page.getByRole('alert').count()).toBe(1);
    await page.getByRole('tab', { name: 'Text' }).click();
    await page.getByRole('heading', { name: 'Locked' }).waitFor();
    await page.goto(started.opening);
    await page.getByText('No mails yet.').waitFor();
  });

  it('asks again where a server that ends has sent it away, and then answers nothing', async () => {
    started = await startPreviewApp({ preview: { key: 'the-key-of-the-first-start' } });
    const port = Number(new URL(started.origin).port);
    watched = await openPage(browser);
    const { page } = watched;
    const events = page.waitForResponse(response => response.url().endsWith('/events'));
    await page.goto(`${started.url}?key=the-key-of-the-first-start`);
    await events;
    await page.route('**/events', route => route.fulfill({ status: 204 }));
    await page.route('**/mailbox*', route => route.abort());
    const sentAway = page.waitForResponse(response => response.status() === 204);
    await started.close();
    await sentAway;
    started = await startPreviewApp({ port });
    await page.unrouteAll();
    await page.getByRole('alert').getByText('has another key').waitFor();
    expect(await page.getByRole('alert').count()).toBe(1);
  });
});
