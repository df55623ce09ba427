import { once } from 'node:events';
import { createServer } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';
import { connect, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { PreviewEvents } from '../../lib/preview/http/preview-events.js';
import { PreviewHandler } from '../../lib/preview/http/preview-handler.js';
import type { PreviewRoute } from '../../lib/preview/http/preview-route.js';
import type { PreviewServer } from '../../lib/preview/standalone/preview-server.js';
import { startPreviewServer } from '../../lib/preview/standalone/preview-server.js';
import { html } from '../../lib/preview/view/html.js';
import { rejection } from '../support/rejection.js';
import { ask, KEY, WITH_KEY } from './http-request.js';

const ROUTES: PreviewRoute[] = [
  { method: 'GET', path: '/notes', run: request => request.page('Notes', html`<p>${'<notes>'}</p>`) },
  {
    method: 'POST',
    path: '/notes/:name',
    run: async request => request.page(request.param('name'), html`<p>${String(await request.form())}</p>`),
  },
  {
    method: 'GET',
    path: '/broken',
    run: () => {
      throw new Error('the disk <is> full');
    },
  },
];

let servers: PreviewServer[] = [];
afterEach(async () => {
  for (const server of servers) await server.close();
  servers = [];
});

/** @returns `url`: the root of its pages, with a slash at its end; `opening`: what it says itself */
async function start(path: string, port = 0): Promise<{ url: string; opening: string }> {
  const events = new PreviewEvents();
  const section = { title: 'Notes', path: '/notes', routes: ROUTES };
  const server = await startPreviewServer(
    new PreviewHandler({ path, key: KEY, sections: [section], events }),
    events,
    {
      port,
    },
  );
  servers.push(server);
  const { origin } = new URL(server.url);
  return { opening: server.url, url: `${origin}${path.replace(/\/$/, '')}/` };
}

describe('The preview on a server of its own', () => {
  it.each(['/', '/mail'])('answers at %s', async path => {
    const { url, opening } = await start(path);
    expect(opening).toBe(`${url.replace(/mail\/$/, 'mail')}?key=${KEY}`);
    expect((await ask(url)).headers.location).toBe(`${path === '/' ? '' : path}/notes`);
    const { status, body } = await ask(`${url}notes`);
    expect(status).toBe(200);
    expect(body).toContain('<p>&lt;notes&gt;</p>');
    for (const asset of ['preview.css', 'preview.js'])
      expect((await ask(`${url}assets/${asset}`)).status).toBe(200);
  });

  it('reads forms and JSON, and nothing without end', async () => {
    const { url } = await start('/');
    const send = (type: string, body: string): Promise<{ status: number; body: string }> =>
      ask(`${url}notes/a%20b`, { method: 'POST', headers: { 'Content-Type': type }, body });
    expect((await send('application/x-www-form-urlencoded', 'a=1&b=2')).body).toContain('a=1&amp;b=2');
    expect((await send('application/json', '{"a":"1","b":[2,3]}')).body).toContain('a=1&amp;b=2&amp;b=3');
    const large = await send('text/plain', 'x'.repeat(2 * 1024 * 1024));
    expect(large.status).toBe(413);
    expect(large.body).toContain('larger than 1 MiB');
    const broken = await send('application/json', '{');
    expect(broken.status).toBe(400);
    expect(broken.body).toContain('What was sent is no JSON');
  });

  it.each([
    ['an object', { a: '1', b: ['2', '3'] }],
    ['a text', 'a=1&b=2&b=3'],
    ['octets', Buffer.from('a=1&b=2&b=3')],
  ])('takes %s that a body parser has already read', async (_, parsed) => {
    const section = { title: 'Notes', path: '/notes', routes: ROUTES };
    const handler = new PreviewHandler({
      path: '/',
      key: KEY,
      sections: [section],
      events: new PreviewEvents(),
    });
    const server = createServer((request, response) => {
      request.resume();
      request.on('end', () => {
        Reflect.set(request, 'body', parsed);
        void handler.handle(request, response);
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const { body } = await ask(`http://127.0.0.1:${port}/notes/a`, { method: 'POST', body: 'a=0' });
    expect(body).toContain('a=1&amp;b=2&amp;b=3');
    await new Promise(resolve => {
      server.close(resolve);
    });
  });

  it('says what went wrong on a page of its own', async () => {
    const { url } = await start('/');
    const { status, body } = await ask(`${url}broken`);
    expect(status).toBe(500);
    expect(body).toContain('This page cannot be shown: the disk &lt;is&gt; full');
  });

  it('says that another program has its port', async () => {
    const { url } = await start('/');
    const port = Number(new URL(url).port);
    expect(String(await rejection(start('/', port)))).toContain(
      `cannot use 127.0.0.1:${port}: another program listens there. Choose another port`,
    );
  });

  it('suggests a port that there is when the last one is taken', async () => {
    const last = createServer();
    await new Promise<void>(resolve => {
      // Where another program has it, the test needs no server of its own.
      last.on('error', () => resolve()).listen(65_535, '127.0.0.1', resolve);
    });
    expect(String(await rejection(start('/', 65_535)))).toContain('such as --port 65534; ');
    last.close();
  });

  it('answers over HTTP/2 too, without a header that it does not have', async () => {
    const heads: unknown[] = [];
    const events = new PreviewEvents();
    const section = { title: 'Notes', path: '/notes', routes: ROUTES };
    const handler = new PreviewHandler({ path: '/', key: KEY, sections: [section], events });
    // The handler uses of a request what both versions have.
    const server = createHttp2Server((request, response) => {
      const writeHead = response.writeHead.bind(response);
      // Node.js warns of a header that HTTP/2 does not have, and a test does not see its warnings.
      Reflect.set(response, 'writeHead', (status: number, headers: OutgoingHttpHeaders) => {
        heads.push(headers);
        return writeHead(status, headers);
      });
      void Reflect.apply(handler.handle, undefined, [request, response]);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const stream = client.request({ ':path': '/events', authorization: WITH_KEY.Authorization });
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    expect(headers).toMatchObject({ ':status': 200, 'content-type': 'text/event-stream; charset=utf-8' });
    expect(heads).toEqual([expect.not.objectContaining({ Connection: expect.anything() })]);
    events.close();
    client.destroy();
    await new Promise(resolve => {
      server.close(resolve);
    });
  });

  it('ends with pages that are open', async () => {
    const { url } = await start('/');
    // The page is open when its headers have come.
    const page = await fetch(`${url}events`, { headers: WITH_KEY });
    await ask(`${url}notes`);
    await servers.pop()?.close();
    expect(await page.text().catch(() => 'cut')).toMatch(/^(?:cut|retry: 3000\n\n)$/);
  });
});
