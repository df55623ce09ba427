import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { hostileMails } from './hostile-mails.js';
import { ask } from './http-request.js';
import type { PreviewApp } from './preview-app.js';
import { startPreviewApp } from './preview-app.js';

const MAILS = hostileMails('http://canary.example');
const MEGABYTE = 1024 * 1024;

let folder: TemporaryDirectory;
let started: PreviewApp;
let ids: Map<string, string>;
beforeAll(async () => {
  folder = temporaryDirectory();
  for (const [index, { source }] of MAILS.entries()) folder.write(`mail-${index}.eml`, source);
  started = await startPreviewApp({ preview: { mailbox: { pickupDirectory: folder.path } } });
  const found = JSON.parse((await ask(`${started.url}/api/messages?limit=1000`)).body) as {
    id: string;
    file: string;
  }[];
  ids = new Map(found.map(({ id, file }) => [file, id]));
}, 60_000);
afterAll(async () => {
  await started.close();
  folder.remove();
});

describe('A hostile mail', () => {
  it.each(MAILS.map(({ title }, index) => [title.slice(0, 60), `mail-${index}.eml`]))(
    'breaks no page: %s',
    async (_, file) => {
      const link = `${started.url}/mailbox/${ids.get(file)}`;
      for (const tab of ['html', 'text', 'headers', 'attachments', 'delivery', 'source']) {
        const { status, headers, body } = await ask(`${link}?tab=${tab}`);
        expect(status).toBe(200);
        expect(headers['set-cookie']).toBeUndefined();
        // The page has one script, its own.
        expect(body.match(/<script/gi)).toHaveLength(1);
        expect(body).not.toMatch(
          /<img|<svg|<form(?![^>]*(?:role="search"|method="post" action="\/mail\/mailbox\/delete"))/,
        );
        expect(body.length).toBeLessThan(3 * MEGABYTE);
      }
      const html = await ask(`${link}/html`);
      expect([200, 404]).toContain(html.status);
      if (html.status === 200) {
        expect(html.headers['content-security-policy']).toBe(
          "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
        );
        expect(html.headers['content-type']).toBe('text/html; charset=utf-8');
        expect(html.body).not.toMatch(/<(?:link|iframe|object|embed|frame)\b|[^-]http-equiv/i);
        expect(html.body.length).toBeLessThan(48 * MEGABYTE);
      }
      const download = await ask(`${link}/download`);
      expect(download.headers['content-disposition']).toMatch(
        /^attachment; filename="[^"\\/]+\.eml"; filename\*=/,
      );
      expect(download.headers['set-cookie']).toBeUndefined();
    },
    30_000,
  );

  it('names its attachments as it likes: what is saved has a plain name, and is shown by no browser', async () => {
    const index = MAILS.findIndex(({ title }) => title === 'attachment names');
    const names: (string | undefined)[] = [];
    for (let number = 0; number < 5; number++) {
      const { headers, body } = await ask(
        `${started.url}/mailbox/${ids.get(`mail-${index}.eml`)}/attachments/${number}`,
      );
      expect(body).toContain('<script>');
      expect(headers).toMatchObject({
        'content-type': 'application/octet-stream',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox",
      });
      expect(headers['set-cookie']).toBeUndefined();
      names.push(
        /^attachment; filename="([^"\\/]+)"; filename\*=UTF-8''[\w.%~!-]+$/.exec(
          headers['content-disposition'] ?? '',
        )?.[1],
      );
    }
    expect(names[0]).toBe('passwd');
    expect(names[4]).toBe('gpj.exe');
    expect(names.every(name => name !== undefined)).toBe(true);
  });

  it('cannot have an attachment looked up that is none', async () => {
    for (const number of ['99', '-1', 'length', '0.5', '__proto__']) {
      const answer = await ask(`${started.url}/mailbox/${ids.get('mail-0.eml')}/attachments/${number}`);
      expect(answer.status).toBe(404);
    }
  });
});
