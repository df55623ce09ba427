import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ask } from './http-request.js';
import type { PreviewApp } from './preview-app.js';
import { startPreviewApp } from './preview-app.js';

const MESSAGE = { to: 'ann@contoso.com', subject: 'Hello Ann', text: 'How are you?' };
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

let locked: PreviewApp;
let open: PreviewApp;
beforeAll(async () => {
  locked = await startPreviewApp();
  open = await startPreviewApp({ preview: { allowRemote: true } });
});
afterAll(async () => {
  await locked.close();
  await open.close();
});

const messages = async (app: PreviewApp): Promise<unknown[]> =>
  JSON.parse((await ask(`${app.url}/api/messages`)).body) as unknown[];

/** The token in the form of a page. */
async function formToken(app: PreviewApp, path = '/mailbox'): Promise<string> {
  const { body } = await ask(`${app.url}${path}`);
  return /name="form-token" value="([\w-]{43})"/.exec(body)?.[1] ?? '';
}

describe('Who may delete mails', () => {
  it.each([
    ['Origin', { Origin: 'https://evil.example' }],
    ['Origin of a sandboxed frame', { Origin: 'null' }],
    ['Origin of another port', { Origin: 'http://127.0.0.1:1' }],
    ['Sec-Fetch-Site: cross-site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['Sec-Fetch-Site: same-site', { 'Sec-Fetch-Site': 'same-site' }],
    ['Sec-Fetch-Site: none', { 'Sec-Fetch-Site': 'none' }],
  ])('no page of somebody else, although the browser has the key: %s', async (_, headers) => {
    for (const app of [locked, open]) {
      await app.mail.send(MESSAGE);
      const before = (await messages(app)).length;
      for (const [method, path, body] of [
        ['DELETE', '/api/messages', ''],
        ['POST', '/mailbox/delete', ''],
        ['POST', '/mailbox/delete', 'form-token='],
        ['POST', '/mailbox/delete', `form-token=${'x'.repeat(43)}`],
        ['POST', '/mailbox/delete', `form-token=${'x'.repeat(2 * 1024 * 1024)}`],
      ] as const) {
        const answer = await ask(`${app.url}${path}`, { method, headers: { ...headers, ...FORM }, body });
        expect(answer.status).toBe(403);
        expect(answer.body).toContain('not part of the preview');
      }
      expect(await messages(app)).toHaveLength(before);
    }
  });

  it.each([
    ['the preview itself', () => ({ Origin: locked.origin, 'Sec-Fetch-Site': 'same-origin' })],
    ['the preview in an old browser', () => ({ Origin: locked.origin })],
    ['a program that is no browser', () => ({})],
  ])('%s', async (_, headers) => {
    await locked.mail.send(MESSAGE);
    const answer = await ask(`${locked.url}/mailbox/delete`, { method: 'POST', headers: headers() });
    expect(answer).toMatchObject({ status: 303, headers: { location: '/mail/mailbox' } });
    expect(await messages(locked)).toEqual([]);
    await locked.mail.send(MESSAGE);
    const deleted = await ask(`${locked.url}/api/messages`, { method: 'DELETE', headers: headers() });
    expect(deleted).toMatchObject({ status: 204, body: '' });
    expect(await messages(locked)).toEqual([]);
  });

  // What browsers send of forms on a page without a referrer, where they send no Sec-Fetch-Site: over clear HTTP.
  it.each(['null', 'http://mail.example'])(
    'a form of the preview that came through a proxy which changes Host, with Origin: %s',
    async origin => {
      for (const app of [locked, open]) {
        await app.mail.send(MESSAGE);
        const body = `form-token=${await formToken(app)}`;
        const headers = { Origin: origin, ...FORM };
        const answer = await ask(`${app.url}/mailbox/delete`, { method: 'POST', headers, body });
        expect(answer.status).toBe(303);
        expect(await messages(app)).toEqual([]);
      }
    },
  );

  it('nobody with the token of another preview, or where the browser says that it was another page', async () => {
    await locked.mail.send(MESSAGE);
    const own = await formToken(locked);
    for (const [headers, token] of [
      [{ Origin: 'null' }, await formToken(open)],
      [{ 'Sec-Fetch-Site': 'same-site' }, own],
    ] as const) {
      const body = `form-token=${token}`;
      const answer = await ask(`${locked.url}/mailbox/delete`, {
        method: 'POST',
        headers: { ...headers, ...FORM },
        body,
      });
      expect(answer.status).toBe(403);
    }
    expect(await messages(locked)).toHaveLength(1);
  });
});

describe('The form that sends a template', () => {
  it('carries the token too, which stands in no address', async () => {
    const token = await formToken(locked, '/templates/notification');
    expect(token).toBe(await formToken(locked));
    const body = `to=me%40contoso.com&form-token=${token}`;
    const headers = { Origin: 'null', ...FORM };
    const sent = await ask(`${locked.url}/templates/notification/send`, { method: 'POST', headers, body });
    expect(sent.status).toBe(200);
    expect(sent.body).not.toMatch(new RegExp(`(?:href|src|action)="[^"]*${token}`));
  });
});
