import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { ask, askLocked, KEY } from '../../preview/http-request.js';
import type { PreviewApp } from '../../preview/preview-app.js';
import { FRAMEWORKS, startPreviewApp } from '../../preview/preview-app.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { openPage, startBrowser } from './browser.js';

const NGINX = '/usr/sbin/nginx';
const MESSAGE = { to: 'ann@contoso.com', subject: 'Reset', text: 'A link' };
/** A name of another machine, which leads to this one: browsers send it no Sec-Fetch-Site over clear HTTP. */
const PUBLIC_HOST = 'mail.example';

/** An nginx as its manual begins: `proxy_pass`, and nothing else. */
class Nginx {
  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
    private readonly folder: TemporaryDirectory,
  ) {}

  static async start(upstream: string): Promise<Nginx> {
    if (!existsSync(NGINX)) throw new Error(`This test needs ${NGINX}: apt-get install nginx-light`);
    const folder = temporaryDirectory();
    const port = await freePort();
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map(name => `${name}_temp_path ${folder.path}/${name};`)
      .join(' ');
    const configuration = folder.write(
      'nginx.conf',
      `daemon off; master_process off; pid ${folder.path}/pid; error_log ${folder.path}/error.log;
      events {}
      http { access_log ${folder.path}/access.log; ${paths}
        server { listen 127.0.0.1:${port}; location / { proxy_pass ${upstream}; } } }`,
    );
    const child = spawn(NGINX, ['-e', `${folder.path}/error.log`, '-p', folder.path, '-c', configuration]);
    while (!(await answers(port))) {
      if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`);
      await delay(50);
    }
    return new Nginx(port, child, folder);
  }

  async close(): Promise<void> {
    const ended = once(this.child, 'close');
    this.child.kill();
    await ended;
    this.folder.remove();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );
}

let browser: Browser;
let started: PreviewApp;
let nginx: Nginx;
beforeAll(async () => {
  browser = await startBrowser(`--host-resolver-rules=MAP ${PUBLIC_HOST} 127.0.0.1`);
});
afterAll(async () => {
  await browser?.close();
});
afterEach(async () => {
  await nginx?.close();
  await started?.close();
});

describe.each(FRAMEWORKS)('Behind an nginx without settings, on %s, the preview', framework => {
  it.each([
    ['as it is by itself', {}],
    ['with allowLoopback', { allowLoopback: true }],
  ])('shows nothing without its key, and deletes nothing: %s', async (_, preview) => {
    started = await startPreviewApp({ framework, preview });
    nginx = await Nginx.start(started.origin);
    await started.mail.send(MESSAGE);
    const url = `http://127.0.0.1:${nginx.port}/mail`;
    for (const host of ['evil.com', 'localhost', `127.0.0.1:${nginx.port}`]) {
      for (const path of ['/mailbox', '/api/messages', '/events', '/templates'])
        expect((await askLocked(`${url}${path}`, { headers: { Host: host } })).status).toBe(401);
      for (const [method, path] of [
        ['DELETE', '/api/messages'],
        ['POST', '/mailbox/delete'],
      ] as const)
        expect((await askLocked(`${url}${path}`, { method, headers: { Host: host } })).status).toBe(401);
    }
    expect(JSON.parse((await ask(`${url}/api/messages`)).body)).toHaveLength(1);
  });

  it('opens with its key in a browser, shows new mails by itself, and deletes them', async () => {
    started = await startPreviewApp({ framework });
    nginx = await Nginx.start(started.origin);
    const { page, troubles, close } = await openPage(browser);
    const url = `http://${PUBLIC_HOST}:${nginx.port}/mail`;
    const events = page.waitForResponse(response => response.url().endsWith('/events'));
    await page.goto(`${url}?key=${KEY}`);
    expect(page.url()).toBe(`${url}/mailbox`);
    expect((await events).status()).toBe(200);
    await started.mail.send(MESSAGE);
    await page.getByRole('link', { name: /Reset/ }).waitFor();
    const deletion = page.waitForRequest(request => request.method() === 'POST');
    await page.getByText('Delete all', { exact: true }).click();
    await page.getByRole('button', { name: 'Delete all mails' }).click();
    await page.getByText('No mails yet.').waitFor();
    const sent = await (await deletion).allHeaders();
    // Neither tells whose page it was: the token of the form does.
    expect(sent['sec-fetch-site']).toBeUndefined();
    expect(sent['origin']).toBe('null');
    // Over clear HTTP Chromium leaves that header out of account, and says so.
    expect(troubles.filter(trouble => !trouble.includes('Cross-Origin-Opener-Policy'))).toEqual([]);
    await close();
  });
});
