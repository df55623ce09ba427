import { afterEach, describe, expect, it } from '@jest/globals';
import type { ComposedMail, MailService } from 'nest-mailroom';
import { MailHook, MailModule } from 'nest-mailroom';
import { MailSink } from '../support/mail-sink.js';
import { rejection } from '../support/rejection.js';
import { ask } from './http-request.js';
import type { PreviewApp, PreviewAppOptions } from './preview-app.js';
import { FRAMEWORKS, startPreviewApp } from './preview-app.js';

interface Message {
  id: string;
  at: string;
  status: string;
  subject: string;
  size: number;
  links: string[];
  attachments: { filename: string; url: string; size: number; contentType: string; inline: boolean }[];
  [fact: string]: unknown;
}

let started: PreviewApp | undefined;
let sink: MailSink | undefined;
afterEach(async () => {
  await started?.close();
  await sink?.close();
  started = undefined;
  sink = undefined;
});

async function startWithSink(options: PreviewAppOptions = {}, settings: object = {}): Promise<PreviewApp> {
  sink = await MailSink.start();
  const mailer = { host: sink.host, port: sink.port, fromAddress: 'App <no-reply@contoso.com>', ...settings };
  started = await startPreviewApp({ mail: MailModule.forRoot(mailer), ...options });
  return started;
}

async function messages(app: PreviewApp, query = ''): Promise<Message[]> {
  const { status, body } = await ask(`${app.url}/api/messages${query}`);
  expect(status).toBe(200);
  return JSON.parse(body) as Message[];
}

const reset = (mail: MailService): Promise<unknown> =>
  mail.send({
    to: 'Ann <ann@contoso.com>',
    cc: 'audit@contoso.com',
    bcc: 'secret@contoso.com',
    subject: 'Reset your password',
    html: '<p>Hello Ann</p><a href="https://contoso.com/reset?token=a&amp;x=1">Reset</a><img src="cid:logo">',
    text: 'Hello Ann: https://contoso.com/reset?token=a&x=1.',
    attachments: [
      { filename: 'terms.txt', content: 'the terms' },
      { filename: 'logo.png', content: Buffer.from('png!'), contentType: 'image/png', cid: 'logo' },
    ],
  });

describe.each(FRAMEWORKS)('The messages as JSON, on %s', framework => {
  it('tell all of a mail that has been sent, so that a test can follow its link', async () => {
    const app = await startWithSink({ framework });
    await reset(app.mail);
    const [message, ...others] = await messages(app);
    expect(others).toEqual([]);
    expect(message).toMatchObject({
      status: 'accepted',
      subject: 'Reset your password',
      from: { name: 'App', address: 'no-reply@contoso.com' },
      to: [{ name: 'Ann', address: 'ann@contoso.com' }],
      cc: [{ address: 'audit@contoso.com' }],
      envelope: {
        from: 'no-reply@contoso.com',
        to: ['ann@contoso.com', 'audit@contoso.com', 'secret@contoso.com'],
      },
      receipt: { status: 'accepted', via: 'smtp' },
      html: expect.stringContaining('<p>Hello Ann</p>'),
      text: expect.stringContaining('Hello Ann: https://'),
      links: ['https://contoso.com/reset?token=a&x=1'],
      attachments: [
        { filename: 'logo.png', contentType: 'image/png', size: 4, inline: true, contentId: 'logo' },
        { filename: 'terms.txt', contentType: 'text/plain', size: 9, inline: false },
      ].toSorted((a, b) => (a.filename < b.filename ? -1 : 1)),
    });
    expect(Math.abs(Date.parse(message?.at ?? '') - Date.now())).toBeLessThan(60_000);
    const terms = message?.attachments.find(({ filename }) => filename === 'terms.txt');
    const file = await ask(`${app.origin}${terms?.url}`);
    expect(file).toMatchObject({
      status: 200,
      body: 'the terms',
      headers: {
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename="terms.txt"; filename*=UTF-8''terms.txt`,
        'x-content-type-options': 'nosniff',
      },
    });
    const one = JSON.parse((await ask(`${app.url}/api/messages/${message?.id}`)).body) as Message;
    expect(one).toMatchObject({
      ...message,
      headers: expect.arrayContaining([{ name: 'Cc', value: 'audit@contoso.com' }]),
    });
    const source = await ask(`${app.url}/api/messages/${message?.id}/source`);
    expect(source.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(source.body).toContain('Subject: Reset your password\r\n');
    expect(source.body).not.toContain('secret@contoso.com');
  });

  it('show the bytes that a hook has finished', async () => {
    class Marking extends MailHook {
      override async beforeDelivery(mail: ComposedMail): Promise<ComposedMail> {
        const bytes = Buffer.concat([Buffer.from('X-Archived: yes\r\n'), await mail.bytes()]);
        return { ...mail, bytes: async () => bytes };
      }
    }
    sink = await MailSink.start();
    const mailer = { host: sink.host, port: sink.port, fromAddress: 'no-reply@contoso.com' };
    started = await startPreviewApp({ framework, mail: MailModule.forRoot(mailer, { hooks: [Marking] }) });
    await reset(started.mail);
    const [message] = await messages(started);
    const source = await ask(`${started.url}/api/messages/${message?.id}/source`);
    expect(source.body).toMatch(/^X-Archived: yes\r\n/);
    expect(source.body).toBe(String(sink.messages[0]?.raw));
  });

  it('are the newest first, and those that a query means', async () => {
    const app = await startWithSink({ framework });
    for (const name of ['Ann', 'Bob', 'Bobby']) {
      await app.mail.send({
        to: `${name}@contoso.com`,
        subject: `For ${name}`,
        text: `Dear ${name}, see you`,
      });
    }
    const subjects = async (query: string): Promise<string[]> =>
      (await messages(app, query)).map(({ subject }) => subject);
    expect(await subjects('')).toEqual(['For Bobby', 'For Bob', 'For Ann']);
    expect(await subjects('?to=BOB@contoso.com')).toEqual(['For Bob']);
    expect(await subjects('?to=bob')).toEqual([]);
    expect(await subjects('?subject=bob')).toEqual(['For Bobby', 'For Bob']);
    expect(await subjects('?subject=bob&limit=1')).toEqual(['For Bobby']);
    expect(await subjects('?search=dear%20ann')).toEqual(['For Ann']);
    expect(await subjects('?search=no-reply@')).toHaveLength(3);
    expect(await subjects('?search=nowhere')).toEqual([]);
    expect(await subjects('?limit=0')).toEqual([]);
    expect(await subjects('?limit=-3')).toHaveLength(3);
  });
});

describe('The messages as JSON', () => {
  it('tell the template and its culture, and whom the policy has dropped', async () => {
    const app = await startWithSink({}, { allowedDomains: 'contoso.com' });
    await app.mail.sendNotification({
      to: ['ann@contoso.com', 'eve@elsewhere.example'],
      culture: 'fr',
      title: 'Terminé',
      lines: ['Fini.'],
    });
    expect(await messages(app)).toMatchObject([
      {
        template: 'notification',
        culture: 'fr',
        envelope: { to: ['ann@contoso.com'] },
        receipt: { dropped: [{ address: 'eve@elsewhere.example', field: 'to', rule: 'allowed-domains' }] },
      },
    ]);
  });

  it('tell why a mail has failed, with the conversation, and do not hold the error itself', async () => {
    const app = await startWithSink();
    await sink?.close();
    sink = undefined;
    await rejection(reset(app.mail));
    await rejection(app.mail.send({ to: 'nobody', subject: 'x', text: 'x' }));
    const [early, late] = await messages(app);
    expect(late).toMatchObject({
      status: 'failed',
      subject: 'Reset your password',
      error: { name: 'MailDeliveryError', code: 'EMAILCONNECT', phase: 'connect', retryable: true },
    });
    expect(early).toMatchObject({
      status: 'failed',
      subject: '',
      error: { name: 'MailMessageError', code: 'EMAILADDRESS' },
      problem: 'The send ended before the mail was put together.',
    });
  });

  it('are one for each part of a mail that was split', async () => {
    const app = await startWithSink({}, { maxRecipients: 2, maxRecipientsOverflow: 'Split' });
    const to = ['a', 'b', 'c'].map(name => `${name}@contoso.com`);
    await app.mail.send({ to, subject: 'Split', text: 'x' });
    const parts = await messages(app);
    expect(parts.map(({ envelope }) => (envelope as { to: string[] }).to)).toEqual([[to[2]], [to[0], to[1]]]);
    expect(parts.map(({ receipt }) => (receipt as { accepted: string[] }).accepted)).toEqual([
      [to[2]],
      [to[0], to[1]],
    ]);
  });

  it('say in JSON when there is no such message', async () => {
    const app = await startWithSink();
    for (const path of ['1', '1/source', encodeURIComponent('../../etc/passwd')]) {
      const answer = await ask(`${app.url}/api/messages/${path}`);
      expect(answer.status).toBe(404);
      expect(JSON.parse(answer.body)).toEqual({ error: expect.stringMatching(/no such/) });
    }
  });
});

describe('The bounds of the mails that are kept', () => {
  it('hold in a flood of 10,000 mails: the newest stay, and the page says how many went', async () => {
    started = await startPreviewApp();
    for (let index = 0; index < 10_000; index++)
      await started.mail.send({ to: 'ann@contoso.com', subject: `Mail ${index}`, text: 'x' });
    const all = await messages(started, '?limit=1000');
    expect(all).toHaveLength(500);
    expect(all[0]?.subject).toBe('Mail 9999');
    const { body } = await ask(`${started.url}/mailbox`);
    expect(body.match(/<li>/g)).toHaveLength(500);
    expect(body).toContain('9500 older mails are not here: the newest 500 are kept, and no more than 64 MB');
  }, 60_000);

  it('hold for octets too, and one mail alone may be as large as all of them', async () => {
    started = await startPreviewApp({ preview: { mailbox: { maxBytes: 300_000 } } });
    const send = (size: number): Promise<unknown> | undefined =>
      started?.mail.send({ to: 'ann@contoso.com', subject: `${size}`, text: 'x'.repeat(size) });
    for (let index = 0; index < 10; index++) await send(50_000);
    const kept = await messages(started);
    expect(kept.length).toBeGreaterThan(2);
    expect(kept.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(300_000);
    await send(280_000);
    expect((await messages(started)).map(({ subject }) => subject)).toEqual(['280000']);
    await send(500_000);
    const [large] = await messages(started);
    expect(large).toMatchObject({
      subject: '500000',
      problem: 'The mail is larger than maxBytes allows, so its content was not kept.',
      envelope: { to: ['ann@contoso.com'] },
    });
    expect((await ask(`${started.url}/mailbox/${large?.id}`)).body).toContain('larger than maxBytes allows');
  });
});

describe('The page Mailbox', () => {
  it('shows a mail in all its ways, and offers it as a file', async () => {
    const app = await startWithSink({}, { allowedDomains: 'contoso.com' });
    await app.mail.send({
      to: ['Ann <ann@contoso.com>', 'eve@elsewhere.example'],
      subject: 'Any <b>subject</b>',
      html: '<p>Some HTML</p>',
      text: 'Some text, see https://contoso.com/a.',
    });
    const [message] = await messages(app);
    const page = async (path: string): Promise<string> => {
      const { status, body } = await ask(`${app.url}/mailbox/${message?.id}${path}`);
      expect(status).toBe(200);
      return body;
    };
    const html = await page('');
    expect(html).toContain('Any &lt;b&gt;subject&lt;/b&gt;');
    expect(html).not.toContain('<b>subject');
    expect(html).toContain('1 recipient was dropped');
    expect(html).toMatch(/<iframe[^>]+sandbox="allow-popups allow-popups-to-escape-sandbox"/);
    expect(await page('?tab=text')).toContain(
      '<a href="https://contoso.com/a" target="_blank" rel="noopener noreferrer"',
    );
    expect(await page('?tab=headers')).toMatch(/<th scope="row">Message-ID<\/th>/);
    expect(await page('?tab=attachments')).toContain('This mail has no attachments.');
    expect(await page('?tab=delivery')).toMatch(/eve@elsewhere\.example[^]*allowed-domains/);
    expect(await page('?tab=source')).toContain('MIME-Version: 1.0');
    expect(await page('?tab=nonsense')).toContain('aria-selected="true"');
    const download = await ask(`${app.url}/mailbox/${message?.id}/download`);
    expect(download.headers['content-disposition']).toMatch(/^attachment; filename="Any bsubject-b\.eml"/);
    expect(download.body).toBe((await ask(`${app.url}/mailbox/${message?.id}/source`)).body);
  });

  it('says in its list how a mail ended only where it did not go its way', async () => {
    const app = await startWithSink({}, { allowedDomains: 'contoso.com' });
    const badges = async (): Promise<string[]> => {
      const [, list = ''] = (await ask(`${app.url}/mailbox`)).body.split('<ul class="mails"');
      const rows = list.split('</ul>')[0]?.split('<li>').slice(1) ?? [];
      return rows.map(row =>
        [...row.matchAll(/class="badge[^"]*">([^<]+)</g)].map(([, words]) => words).join(),
      );
    };
    await app.mail.send({ to: 'ann@contoso.com', subject: 'Accepted', text: 'x' });
    await app.mail.send({ to: ['ann@contoso.com', 'eve@elsewhere.example'], subject: 'Dropped', text: 'x' });
    await app.mail.send({ to: 'eve@elsewhere.example', subject: 'Suppressed', text: 'x' });
    const file = { filename: 'a.txt', content: 'a' };
    await app.mail.send({ to: 'ann@contoso.com', subject: 'With a file', text: 'x', attachments: [file] });
    await rejection(app.mail.send({ to: 'nobody', subject: 'Failed', text: 'x' }));
    expect(await badges()).toEqual(['failed', 'attachment', 'suppressed', '1 dropped', '']);
  });

  it('shows the newest mail beside the list, and that of a search', async () => {
    started = await startPreviewApp();
    for (const subject of ['First', 'Second'])
      await started.mail.send({ to: 'ann@contoso.com', subject, text: `about ${subject}` });
    const { body } = await ask(`${started.url}/mailbox`);
    expect(body).toContain('<title>Mailbox ');
    expect(body).toMatch(/<h2 dir="auto">Second<\/h2>/);
    expect(body.match(/aria-current="true"/g)).toHaveLength(1);
    expect((await ask(`${started.url}/mailbox?search=first`)).body).toMatch(/<h2 dir="auto">First<\/h2>/);
  });

  it('finds mails on the server', async () => {
    started = await startPreviewApp();
    await started.mail.send({ to: 'ann@contoso.com', subject: 'First', text: 'about apples' });
    await started.mail.send({ to: 'bob@contoso.com', subject: 'Second', text: 'about pears' });
    const found = await ask(`${started.url}/mailbox?search=APPLES`);
    expect(found.body).toContain('First');
    expect(found.body).not.toContain('Second');
    expect(found.body).toContain('value="APPLES"');
    const none = await ask(
      `${started.url}/mailbox?search=${encodeURIComponent('"><script>alert(1)</script>')}`,
    );
    expect(none.body).not.toContain('<script>alert');
    expect(none.body).toContain('No mail has “&quot;&gt;&lt;script&gt;');
  });

  it('says that there is nothing yet, and that a mail is gone', async () => {
    started = await startPreviewApp();
    expect((await ask(`${started.url}/mailbox`)).body).toContain('No mails yet.');
    const gone = await ask(`${started.url}/mailbox/abc-1`);
    expect(gone.status).toBe(404);
    expect(gone.body).toContain('not in the mailbox any more');
    expect((await ask(`${started.url}/mailbox/abc-1/html`)).status).toBe(404);
  });
});
