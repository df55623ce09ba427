import { once } from 'node:events';
import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HttpAnswer } from './http-request.js';
import { askLocked, KEY, WITH_KEY } from './http-request.js';
import type { PreviewApp } from './preview-app.js';
import { FRAMEWORKS, startPreviewApp } from './preview-app.js';

const MESSAGE = { to: 'ann@contoso.com', subject: 'Hello Ann', text: 'How are you?' };

/** A header `Cookie` of what an answer has set. */
function cookieOf({ headers }: HttpAnswer): string {
  return (headers['set-cookie'] ?? []).map(one => one.split(';')[0]).join('; ');
}

describe.each(FRAMEWORKS)('Without the key, on %s,', framework => {
  let started: PreviewApp;
  let paths: string[];
  beforeAll(async () => {
    started = await startPreviewApp({ framework });
    await started.mail.send({ ...MESSAGE, attachments: [{ filename: 'a.txt', content: 'a' }] });
    const list = await askLocked(`${started.url}/api/messages`, { headers: WITH_KEY });
    const [{ id = '' } = {}] = JSON.parse(list.body) as { id: string }[];
    const parts = ['/html', '/source', '/download', '/attachments/0'].map(part => `/mailbox/${id}${part}`);
    const template = ['', '/html', '/eml'].map(part => `/templates/notification${part}`);
    const api = ['', `/${id}`, `/${id}/source`].map(part => `/api/messages${part}`);
    const pages = `,/,/mailbox,/mailbox/${id},/mailbox/${id}?tab=source,/nothing,/templates,/events,/assets/preview.js`;
    paths = [...pages.split(','), ...parts, ...template, ...api, '/api/templates'];
  });
  afterAll(() => started.close());

  it.each<[string, Record<string, string>, string]>([
    ['nothing at all', {}, ''],
    ['another key', {}, 'key=a-key-that-nobody-knows-x'],
    ['a part of the key', {}, `key=${KEY.slice(0, -1)}`],
    ['an empty key', {}, 'key='],
    ['another token', { Authorization: 'Bearer a-key-that-nobody-knows-x' }, ''],
    ['the key as a password', { Authorization: `Basic ${Buffer.from(`:${KEY}`).toString('base64')}` }, ''],
    ['the key in a cookie', { Cookie: `key=${KEY}; mail-preview-000000000000=${KEY}` }, ''],
    ['a name of this machine', { Host: 'localhost' }, ''],
    ['the name of another host', { Host: 'evil.example' }, ''],
  ])('nothing is shown, and nothing is said but how to get in: with %s', async (_, headers, query) => {
    for (const path of paths) {
      const url = `${started.url}${path}${query === '' ? '' : `${path.includes('?') ? '&' : '?'}${query}`}`;
      const answer = await askLocked(url, { headers });
      expect([path, answer.status]).toEqual([path, 401]);
      expect(answer.headers).toMatchObject({ 'www-authenticate': 'Bearer', 'cache-control': 'no-store' });
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(answer.body).toContain('Open the address that was printed at the start');
      // A nonce is random, and may hold any short word.
      const shown = answer.body.replaceAll(/nonce="[^"]*"/g, '');
      expect(shown).not.toMatch(/a-key|Ann|contoso|mailbox|notification/);
    }
  });

  it.each(['POST', 'DELETE', 'PUT', 'OPTIONS'])('nothing is changed: %s', async method => {
    for (const path of ['/api/messages', '/mailbox/delete', '/templates/notification/send'])
      expect((await askLocked(`${started.url}${path}`, { method })).status).toBe(401);
    const left = await askLocked(`${started.url}/api/messages`, { headers: WITH_KEY });
    expect(JSON.parse(left.body)).toHaveLength(1);
  });

  it('programs are told in JSON, and people which key is wrong', async () => {
    const told = await askLocked(`${started.url}/api/messages`);
    expect(JSON.parse(told.body)).toEqual({
      error: 'The preview opens with a key.',
      remedy: expect.stringContaining('"Authorization: Bearer <key>"'),
    });
    const page = await askLocked(`${started.url}?key=the-key-of-the-last-start`);
    expect(page.body).toContain('is not the one of this start');
    expect(page.body).not.toContain('the-key-of');
    // The log does not show a key that was chosen, and a browser without cookies is back here after the redirect.
    expect(page.body).toContain('with *** in place of one that the application has set');
    expect(page.body).toContain('keep the cookie');
    expect((await askLocked(`${started.url}/mailbox`, { method: 'HEAD' })).body).toBe('');
  });
});

describe.each(FRAMEWORKS)('The key in the address, on %s,', framework => {
  let started: PreviewApp;
  beforeAll(async () => {
    started = await startPreviewApp({ framework });
    await started.mail.send(MESSAGE);
  });
  afterAll(() => started.close());

  it('is taken for a cookie, and goes out of the address', async () => {
    const opened = await askLocked(started.opening);
    expect(opened).toMatchObject({ status: 303, body: '', headers: { location: '/mail' } });
    expect(opened.headers['set-cookie']).toHaveLength(1);
    expect(opened.headers['set-cookie']?.[0]).toMatch(
      /^mail-preview-[\w-]{12}=[\w-]{43}; Path=\/mail; HttpOnly; SameSite=Strict$/,
    );
    expect(opened.headers['set-cookie']?.[0]).not.toContain(KEY);
    expect(opened.headers['referrer-policy']).toBe('no-referrer');
    const cookie = `theme=dark; ${cookieOf(opened)}; other=1`;
    for (const path of ['/mailbox', '/templates', '/api/messages', '/assets/preview.css'])
      expect((await askLocked(`${started.url}${path}`, { headers: { Cookie: cookie } })).status).toBe(200);
  });

  it.each([
    ['/mailbox?search=a%20b&', '/mail/mailbox?search=a+b'],
    ['/?', '/mail/'],
    ['/templates?q=x&again=1&', '/mail/templates?q=x'],
    ['/nothing?', '/mail/nothing'],
  ])('leads to the page that it names: %s', async (path, location) => {
    for (const method of ['GET', 'HEAD']) {
      const opened = await askLocked(`${started.url}${path}key=${KEY}`, { method });
      expect(opened).toMatchObject({ status: 303, headers: { location } });
      expect(opened.headers['set-cookie']).toHaveLength(1);
    }
  });

  it('leads nowhere else when somebody is in already, whatever key it is', async () => {
    const cookie = cookieOf(await askLocked(started.opening));
    const again = await askLocked(`${started.url}/mailbox?key=an-old-one`, { headers: { Cookie: cookie } });
    expect(again).toMatchObject({ status: 303, headers: { location: '/mail/mailbox' } });
    expect(again.headers['set-cookie']).toBeUndefined();
  });

  it('marks its cookie for TLS where the browser speaks it to a proxy', async () => {
    const headers = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '203.0.113.9', Host: 'mail.example' };
    const [cookie] = (await askLocked(started.opening, { headers })).headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Secure$/);
  });

  it('lets programs in, in the query or as a token, without a cookie and without a redirect', async () => {
    for (const [path, headers] of [
      [`/api/messages?key=${KEY}`, {}],
      ['/api/messages', WITH_KEY],
      ['/api/messages', { authorization: `bearer ${KEY}` }],
      ['/mailbox', WITH_KEY],
    ] as const) {
      const answer = await askLocked(`${started.url}${path}`, { headers });
      expect(answer.status).toBe(200);
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(answer.body).toContain('Hello Ann');
    }
    const deleted = await askLocked(`${started.url}/api/messages?key=${KEY}`, { method: 'DELETE' });
    expect(deleted).toMatchObject({ status: 204, body: '' });
  });

  it('opens the stream of changes to programs', async () => {
    const outgoing = request(`${started.url}/events?key=${KEY}`).end();
    const [answer] = (await once(outgoing, 'response')) as [{ statusCode: number; headers: object }];
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({ 'x-accel-buffering': 'no' });
    outgoing.destroy();
  });

  it('counts wherever the request comes from, and whatever host it names', async () => {
    const addresses = Object.values(networkInterfaces()).flatMap(list => list ?? []);
    const hosts = ['evil.example', '203.0.113.9:80', 'localhost'];
    for (const host of hosts) {
      const headers = { ...WITH_KEY, Host: host, 'X-Forwarded-For': '203.0.113.9', Via: '1.1 proxy' };
      expect((await askLocked(`${started.url}/mailbox`, { headers })).status).toBe(200);
    }
    const outer = addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address;
    const everywhere = await startPreviewApp({ framework, listenOn: '0.0.0.0' });
    for (const address of ['127.0.0.1', ...(outer === undefined ? [] : [outer])]) {
      const url = `http://${address}:${new URL(everywhere.origin).port}/mail/mailbox`;
      expect((await askLocked(url)).status).toBe(401);
      expect((await askLocked(url, { headers: WITH_KEY })).status).toBe(200);
    }
    await everywhere.close();
  });
});

describe('The cookie of the preview', () => {
  it('is not that of another preview on the same host, and both live side by side', async () => {
    const one = await startPreviewApp({ preview: { key: 'the-key-of-the-first-one' } });
    const two = await startPreviewApp({ preview: { key: 'the-key-of-the-other-one' } });
    const moved = await startPreviewApp({ preview: { key: 'the-key-of-the-first-one', path: '/other' } });
    const first = cookieOf(await askLocked(`${one.url}?key=the-key-of-the-first-one`));
    const second = cookieOf(await askLocked(`${two.url}?key=the-key-of-the-other-one`));
    const status = async (app: PreviewApp, cookie: string): Promise<number> =>
      (await askLocked(`${app.url}/mailbox`, { headers: { Cookie: cookie } })).status;
    expect(first.split('=')[0]).not.toBe(second.split('=')[0]);
    expect(await status(one, `${second}; ${first}`)).toBe(200);
    expect(await status(two, `${second}; ${first}`)).toBe(200);
    expect(await status(two, first)).toBe(401);
    expect(await status(moved, first)).toBe(401);
    // The value of one under the name of another.
    expect(await status(two, `${second.split('=')[0]}=${first.split('=')[1]}`)).toBe(401);
    for (const app of [one, two, moved]) await app.close();
  });

  it('stays good when the application starts again with the same key, and not with another', async () => {
    const before = await startPreviewApp();
    const cookie = cookieOf(await askLocked(before.opening));
    await before.close();
    const after = await startPreviewApp();
    expect((await askLocked(`${after.url}/mailbox`, { headers: { Cookie: cookie } })).status).toBe(200);
    await after.close();
    const random = await startPreviewApp({ preview: { key: undefined } });
    expect((await askLocked(`${random.url}/mailbox`, { headers: { Cookie: cookie } })).status).toBe(401);
    await random.close();
  });

  it('takes the place of those that many starts have left behind, and touches no other', async () => {
    const started = await startPreviewApp();
    const old = Array.from({ length: 20 }, (_, at) => `mail-preview-old${String(at).padStart(9, '0')}=x`);
    const headers = { Cookie: ['session=1', ...old].join('; ') };
    const set = (await askLocked(started.opening, { headers })).headers['set-cookie'] ?? [];
    expect(set).toHaveLength(12);
    expect(set.slice(1)).toEqual(
      old
        .slice(0, 11)
        .map(one => `${one.replace(/x$/, '')}; Max-Age=0; Path=/mail; HttpOnly; SameSite=Strict`),
    );
    await started.close();
  });
});

describe('The option allowRemote', () => {
  it('asks nobody for a key', async () => {
    const open = await startPreviewApp({ preview: { allowRemote: true } });
    const headers = { Host: 'mail.example', 'X-Forwarded-For': '203.0.113.9' };
    for (const path of ['/mailbox', '/api/messages'])
      expect((await askLocked(`${open.url}${path}`, { headers })).status).toBe(200);
    const strayed = await askLocked(`${open.url}/mailbox?key=an-old-one`);
    expect(strayed).toMatchObject({ status: 303, headers: { location: '/mail/mailbox' } });
    expect(strayed.headers['set-cookie']).toBeUndefined();
    await open.close();
  });
});
