import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { simpleParser } from 'mailparser';
import type { MailMessage } from 'nest-mailroom';
import { headerOf } from '../support/eml.js';
import type { MailApp } from '../support/mail-app.js';
import { startMailApp } from '../support/mail-app.js';
import { MailSink } from '../support/mail-sink.js';
import { rejection } from '../support/rejection.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const LOGO = { filename: 'logo.gif', content: Buffer.from('GIF'), cid: 'logo' };
const MESSAGE = {
  to: 'ann@example.com',
  subject: 's',
  html: '<img src="cid:logo">',
  headers: {
    'List-Unsubscribe': '<https://bücher.example/ü?a==?b>, <mailto:u@example.com>',
    'List-Id': 'Bücher <books.example.com>',
    'Disposition-Notification-To': '"Müller, Jürgen" <j@bücher.example>',
  },
  attachments: [
    { filename: 'x*.csv', content: 'Müller;5 €', contentType: 'text/csv; charset=windows-1252' },
    LOGO,
    { filename: 'a.eml', content: 'Subject: inner\n\nHello\n', contentType: 'message/rfc822' },
  ],
} satisfies MailMessage;

async function expectAsSaid(raw: Buffer): Promise<void> {
  expect(headerOf(raw, 'List-Unsubscribe')).toBe(
    '<https://xn--bcher-kva.example/%C3%BC?a==?b>, <mailto:u@example.com>',
  );
  expect(headerOf(raw, 'List-Id')).toMatch(/^=\?UTF-8\?Q\?B=C3=BCcher\?= <books\.example\.com>$/);
  expect(headerOf(raw, 'Disposition-Notification-To')).toMatch(
    /^=\?UTF-8\?[^<]*\?= <j@xn--bcher-kva\.example>$/,
  );
  expect(raw.toString()).toContain('Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 7bit\r\n');
  const { attachments } = await simpleParser(raw);
  const csv = attachments.find(({ filename }) => filename === 'x*.csv');
  expect(csv?.content.toString('latin1')).toBe('Müller;5 \x80');
}

describe('What a message says beside its words is what arrives', () => {
  let app: MailApp;
  let sink: MailSink;
  let folder: TemporaryDirectory;
  beforeEach(async () => {
    sink = await MailSink.start();
    folder = temporaryDirectory();
  });
  afterEach(async () => {
    await app.close();
    await sink.close();
    folder.remove();
  });

  async function start(pickup: boolean): Promise<void> {
    app = await startMailApp({
      MailSettings: {
        FromAddress: 'a@example.com',
        ...(pickup
          ? { UseSpecifiedPickupDirectory: true, PickupDirectory: folder.path }
          : { Host: '127.0.0.1', Port: sink.port }),
      },
    });
  }

  it('over SMTP', async () => {
    await start(false);
    await app.mail.send(MESSAGE);
    await expectAsSaid(sink.messages[0]?.raw ?? Buffer.alloc(0));
  });

  it('in a pickup directory', async () => {
    await start(true);
    const { file = '' } = await app.mail.send(MESSAGE);
    await expectAsSaid(await readFile(file));
  });

  it.each<[string, Partial<MailMessage>, string]>([
    ['a header with another form', { headers: { 'List-Id': 'News' } }, 'headers["List-Id"]'],
    ['an image that does not travel with it', { html: '<img src="cid:nope">' }, 'html'],
    [
      'a type that no file has',
      { attachments: [{ content: 'x', contentType: 'multipart/mixed' }] },
      'attachments[0].contentType',
    ],
    [
      'a text beyond its charset',
      { attachments: [{ content: '€', contentType: 'text/plain; charset=latin1' }] },
      'attachments[0].content',
    ],
    ['two files with one cid', { attachments: [LOGO, LOGO] }, 'attachments[1].cid'],
  ])('or nothing is sent: %s', async (_name, change, field) => {
    await start(false);
    const message = { ...MESSAGE, html: '<p>x</p>', ...change } as MailMessage;
    const error = await rejection(app.mail.send(message));
    expect(error).toMatchObject({ name: 'MailMessageError', field });
    expect(sink.messages).toEqual([]);
  });
});
