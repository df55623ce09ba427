import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, truncateSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MailModule } from 'nest-mailroom';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { ask } from './http-request.js';
import type { PreviewApp } from './preview-app.js';
import { startPreviewApp } from './preview-app.js';

interface Message {
  id: string;
  subject: string;
  [fact: string]: unknown;
}

let folder: TemporaryDirectory;
let started: PreviewApp | undefined;
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(async () => {
  await started?.close();
  started = undefined;
  folder.remove();
});

const start = async (options: object = {}): Promise<PreviewApp> => {
  started = await startPreviewApp({
    preview: { mailbox: { pickupDirectory: folder.path, ...options } },
    mail: MailModule.forRoot({
      useSpecifiedPickupDirectory: true,
      pickupDirectory: folder.path,
      fromAddress: 'no-reply@contoso.com',
    }),
  });
  return started;
};
const messages = async (app: PreviewApp): Promise<Message[]> =>
  JSON.parse((await ask(`${app.url}/api/messages?limit=1000`)).body) as Message[];
const mail = (subject: string): string =>
  `X-Sender: bounces@contoso.com\r\nX-Receiver: ann@contoso.com\r\nX-Receiver: blind@contoso.com\r\nFrom: App <app@contoso.com>\r\nTo: ann@contoso.com\r\nSubject: ${subject}\r\n\r\nHello\r\n`;

describe('The list of a pickup directory', () => {
  it('shows what lies there, with the envelope that the file names', async () => {
    const app = await start();
    await app.mail.send({ to: 'ann@contoso.com', bcc: 'blind@contoso.com', subject: 'Sent', text: 'Hello' });
    const [message, ...others] = await messages(app);
    expect(others).toEqual([]);
    expect(message).toMatchObject({
      status: 'written',
      subject: 'Sent',
      envelope: { from: 'no-reply@contoso.com', to: ['ann@contoso.com', 'blind@contoso.com'] },
      file: expect.stringMatching(/\.eml$/),
    });
    const page = await ask(`${app.url}/mailbox/${message?.id}?tab=delivery`);
    expect(page.body).toContain('blind@contoso.com');
    expect((await ask(`${app.url}/mailbox`)).body).toContain('data-poll="2000"');
  });

  it('is read anew each time, the newest first', async () => {
    const app = await start();
    expect(await messages(app)).toEqual([]);
    const first = folder.write('first.eml', mail('First'));
    utimesSync(first, new Date(), new Date(Date.now() - 60_000));
    folder.write('second.EML', mail('Second'));
    expect((await messages(app)).map(({ subject }) => subject)).toEqual(['Second', 'First']);
    folder.write('first.eml', mail('Changed, and longer'));
    expect((await messages(app)).map(({ subject }) => subject)).toContain('Changed, and longer');
    expect((await ask(`${app.url}/api/messages?search=changed`)).body).toContain('blind@contoso.com');
  });

  it('takes finished mails only: no half ones, links, folders, pipes, or other files', async () => {
    const outside = temporaryDirectory();
    const secret = outside.write('secret.txt', 'Subject: the secret\r\n\r\n');
    const app = await start();
    folder.write('good.eml', mail('Good'));
    folder.write('.half.eml', mail('Half'));
    folder.write('notes.txt', mail('Notes'));
    folder.write('bad.bad', mail('Bad'));
    symlinkSync(secret, join(folder.path, 'link.eml'));
    symlinkSync('/dev/zero', join(folder.path, 'device.eml'));
    mkdirSync(join(folder.path, 'folder.eml'));
    execFileSync('mkfifo', [join(folder.path, 'pipe.eml')]);
    expect((await messages(app)).map(({ subject }) => subject)).toEqual(['Good']);
    outside.remove();
  });

  it('shows hostile names as text, and finds their files by no path', async () => {
    const app = await start();
    for (const name of [
      '"><script>alert(1)<\\script>.eml',
      'a\r\nSet-Cookie: x.eml',
      '\u202Elme.eml',
      '-rf.eml',
    ])
      folder.write(name, mail('Named'));
    const found = await messages(app);
    expect(found).toHaveLength(4);
    for (const { id } of found) {
      expect(id).toMatch(/^[0-9a-f]{24}$/);
      const { body, status } = await ask(`${app.url}/mailbox/${id}?tab=delivery`);
      expect(status).toBe(200);
      expect(body).not.toMatch(/<script>|\u202e|Set-Cookie: x\.eml\r/);
    }
    for (const path of ['..%2F..%2Fetc%2Fpasswd', '%2Fetc%2Fpasswd', 'good.eml'])
      expect((await ask(`${app.url}/api/messages/${path}/source`)).status).toBe(404);
  });

  it('lists what is no mail, is malformed, or is far too large, and says so', async () => {
    const app = await start();
    folder.write('empty.eml', '');
    folder.write('binary.eml', Buffer.from([0, 255, 10, 13, 0]));
    folder.write('nobody.eml', 'From: a@contoso.com\r\nSubject: Nobody\r\n\r\n');
    folder.write('endless.eml', `X-A: ${'x'.repeat(200_000)}`);
    truncateSync(folder.write('huge.eml', mail('Huge')), 3 * 1024 * 1024 * 1024);
    const found = await messages(app);
    const problems = Object.fromEntries(found.map(({ file, problem }) => [file, problem]));
    expect(problems).toEqual({
      'empty.eml': 'It is empty.',
      'binary.eml': expect.stringContaining('It is no mail'),
      'nobody.eml': expect.stringContaining('It names no recipient'),
      'endless.eml': 'Its header does not end within 64 KB.',
      'huge.eml': 'The file is larger than 32 MB and is not shown.',
    });
    for (const { id } of found) {
      for (const tab of ['html', 'text', 'headers', 'attachments', 'delivery', 'source'])
        expect((await ask(`${app.url}/mailbox/${id}?tab=${tab}`)).status).toBe(200);
    }
  });

  it('is bounded: the newest are shown, and how many are not', async () => {
    const app = await start({ maxMails: 3 });
    for (let index = 0; index < 40; index++) {
      const file = folder.write(`${index}.eml`, mail(`Mail ${index}`));
      utimesSync(file, new Date(), new Date(Date.now() - 1000 * (40 - index)));
    }
    expect((await messages(app)).map(({ subject }) => subject)).toEqual(['Mail 39', 'Mail 38', 'Mail 37']);
    expect((await ask(`${app.url}/mailbox`)).body).toContain(
      '37 older mails are not here: the newest 3 are shown',
    );
  });

  it('deletes the mails when it is asked to, and nothing else', async () => {
    const app = await start();
    folder.write('good.eml', mail('Good'));
    folder.write('notes.txt', 'kept');
    mkdirSync(join(folder.path, 'folder.eml'));
    expect((await ask(`${app.url}/mailbox`)).body).toContain('mails that have not left yet are lost');
    expect((await ask(`${app.url}/api/messages`, { method: 'DELETE' })).status).toBe(204);
    expect(readdirSync(folder.path).toSorted()).toEqual(['folder.eml', 'notes.txt']);
    expect(existsSync(folder.path)).toBe(true);
  });

  it('says that the folder is missing, or is none', async () => {
    const app = await start({ pickupDirectory: join(folder.path, 'missing') });
    expect((await ask(`${app.url}/mailbox`)).body).toMatch(/There is no folder .*missing/);
    const answer = await ask(`${app.url}/api/messages`);
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.body)).toEqual({ error: expect.stringContaining('There is no folder') });
  });
});
