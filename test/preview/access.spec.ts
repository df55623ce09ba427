import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ask } from './http-request.js';
import type { PreviewApp } from './preview-app.js';
import { startPreviewApp } from './preview-app.js';

const MESSAGE = { to: 'ann@contoso.com', subject: 'Hello Ann', text: 'How are you?' };

let local: PreviewApp;
let open: PreviewApp;
beforeAll(async () => {
  local = await startPreviewApp();
  open = await startPreviewApp({ preview: { allowRemote: true } });
});
afterAll(async () => {
  await local.close();
  await open.close();
});

describe('Who may see the preview', () => {
  it.each([
    'localhost',
    'localhost:3000',
    'mail.localhost',
    '127.0.0.1',
    '127.9.9.9:80',
    '[::1]:3000',
    'LOCALHOST.',
  ])('a program of this machine that calls it %s', async host => {
    expect((await ask(`${local.url}/mailbox`, { headers: { Host: host } })).status).toBe(200);
  });

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '1127.0.0.1',
    'evil.example:3000@localhost',
    'localhost evil.example',
    '[::ffff:10.0.0.1]',
    '10.0.0.1',
  ])('nobody who calls it by another name: %j', async host => {
    const answer = await ask(`${local.url}/mailbox`, { headers: { Host: host } });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('names another host');
    expect(answer.body).toContain('allowRemote: true');
    expect(answer.body).not.toContain('evil');
  });

  it.each(['X-Forwarded-For', 'X-Forwarded-Host', 'Forwarded', 'X-Real-IP'])(
    'nobody behind a proxy, who only seems to be on this machine: %s',
    async name => {
      const answer = await ask(`${local.url}/mailbox`, { headers: { [name]: '127.0.0.1' } });
      expect(answer.status).toBe(403);
      expect(answer.body).toContain(`it has the header ${name.toLowerCase()}`);
      expect((await ask(`${open.url}/mailbox`, { headers: { [name]: '203.0.113.9' } })).status).toBe(200);
    },
  );

  it('nobody of another machine, until the option allowRemote says so', async () => {
    const addresses = Object.values(networkInterfaces()).flatMap(list => list ?? []);
    const outer = addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address;
    // Where a machine has no other address, a name of another machine stands for it.
    if (outer === undefined) {
      expect((await ask(`${local.url}/mailbox`, { headers: { Host: '203.0.113.9' } })).status).toBe(403);
      return;
    }
    const everywhere = await startPreviewApp({ listenOn: 'everywhere' });
    const { port } = new URL(everywhere.origin);
    // IPv4 comes to a server that speaks IPv6 too as ::ffff:127.0.0.1.
    expect((await ask(`http://127.0.0.1:${port}/mail/mailbox`)).status).toBe(200);
    const answer = await ask(`http://${outer}:${port}/mail/mailbox`, { headers: { Host: 'localhost' } });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('comes from another');
    expect(answer.body).toContain('allowRemote: true');
    await everywhere.close();
    const allowed = await startPreviewApp({ listenOn: 'everywhere', preview: { allowRemote: true } });
    const url = `http://${outer}:${new URL(allowed.origin).port}/mail/mailbox`;
    expect((await ask(url)).status).toBe(200);
    await allowed.close();
  });

  it('for programs that ask for JSON, the reason is JSON', async () => {
    const answer = await ask(`${local.url}/api/messages`, { headers: { Host: 'evil.example' } });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toEqual({
      error: expect.stringContaining('names another host'),
      remedy: expect.stringContaining('allowRemote: true'),
    });
  });
});

describe('Who may delete mails', () => {
  const messages = async (app: PreviewApp): Promise<unknown[]> =>
    JSON.parse((await ask(`${app.url}/api/messages`)).body) as unknown[];

  it.each([
    ['Origin', { Origin: 'https://evil.example' }],
    ['Origin of a sandboxed frame', { Origin: 'null' }],
    ['Origin of another port', { Origin: 'http://127.0.0.1:1' }],
    ['Sec-Fetch-Site: cross-site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['Sec-Fetch-Site: same-site', { 'Sec-Fetch-Site': 'same-site' }],
    ['Sec-Fetch-Site: none', { 'Sec-Fetch-Site': 'none' }],
  ])('no page of somebody else: %s', async (_, headers) => {
    for (const app of [local, open]) {
      await app.mail.send(MESSAGE);
      const before = (await messages(app)).length;
      for (const [method, path] of [
        ['DELETE', '/api/messages'],
        ['POST', '/mailbox/delete'],
      ] as const) {
        const answer = await ask(`${app.url}${path}`, { method, headers });
        expect(answer.status).toBe(403);
        expect(answer.body).toContain('not part of the preview');
      }
      expect(await messages(app)).toHaveLength(before);
    }
  });

  it.each([
    ['the preview itself', () => ({ Origin: local.origin, 'Sec-Fetch-Site': 'same-origin' })],
    ['the preview in an old browser', () => ({ Origin: local.origin })],
    ['a program that is no browser', () => ({})],
  ])('%s', async (_, headers) => {
    await local.mail.send(MESSAGE);
    const answer = await ask(`${local.url}/mailbox/delete`, { method: 'POST', headers: headers() });
    expect(answer).toMatchObject({ status: 303, headers: { location: '/mail/mailbox' } });
    expect(await messages(local)).toEqual([]);
    await local.mail.send(MESSAGE);
    const deleted = await ask(`${local.url}/api/messages`, { method: 'DELETE', headers: headers() });
    expect(deleted).toMatchObject({ status: 204, body: '' });
    expect(await messages(local)).toEqual([]);
  });
});
