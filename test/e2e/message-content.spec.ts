import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { simpleParser } from 'mailparser';
import type { ContentMailMessage, MailMessage } from 'nest-mailroom';
import { MailMessageError, MailTemplateError } from 'nest-mailroom';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();

/** A mailer that writes files, and the one that it has written, as a mail program reads it. */
async function start() {
  const folder = bench.folder();
  const { mail } = await bench.app({
    FromAddress: 'a@example.com',
    UseSpecifiedPickupDirectory: true,
    PickupDirectory: folder.path,
  });
  const written = async () => {
    const [name = ''] = readdirSync(folder.path).filter(entry => entry.endsWith('.eml'));
    return simpleParser(readFileSync(join(folder.path, name)), {
      skipTextToHtml: true,
      skipHtmlToText: true,
    });
  };
  return { mail, written };
}

/** A message as JavaScript may give it. */
const given = (message: unknown): MailMessage => message as MailMessage;

const TO = { to: 'ann@example.com' };
const PAGE = '<h1>Hello</h1><p>See <a href="https://example.com/">the page</a>.</p>';

describe('The text part of content of HTML alone', () => {
  it('is made of the HTML, as that of a template is', async () => {
    const { mail, written } = await start();
    await mail.send({ ...TO, subject: 's', html: PAGE });
    const { html, text } = await written();
    expect(html).toContain(PAGE);
    expect(text).toContain('Hello');
    expect(text).toContain('the page <https://example.com/>');
  });

  it.each<[string, ContentMailMessage]>([
    ['with text: false', { ...TO, subject: 's', html: PAGE, text: false }],
    ['for a page of images alone', { ...TO, subject: 's', html: '<img src="https://example.com/a.png">' }],
  ])('is not made %s', async (_why, message) => {
    const { mail, written } = await start();
    await mail.send(message);
    expect(await written()).toMatchObject({ html: expect.stringContaining('<'), text: '' });
  });

  it.each([
    ['nested 100,000 deep', '<div>'.repeat(100_000)],
    ['nested as deep as the stack', '<ul><li>'.repeat(1500)],
    ['of five million characters', 'word '.repeat(1_000_000)],
  ])('cannot be made of HTML %s, which a text of one’s own mends', async (_why, html) => {
    const { mail } = await start();
    const error = await rejection(mail.send({ ...TO, subject: 's', html }));
    expect(error).toBeInstanceOf(MailMessageError);
    expect(error).toMatchObject({
      code: 'EMAILMESSAGE',
      field: 'html',
      message: expect.stringContaining('text: false'),
    });
    expect((await mail.send({ ...TO, subject: 's', html, text: false })).status).toBe('written');
  });

  it('that a template has is left out with text: false', async () => {
    const { mail, written } = await start();
    const context = { displayName: 'Ann', changedAt: new Date(0) };
    await mail.send({ ...TO, template: 'password-changed', context, text: false });
    expect(await written()).toMatchObject({ html: expect.stringContaining('Ann'), text: '' });
  });

  it('is not left out where a template has nothing else', async () => {
    const folder = bench.folder();
    mkdirSync(join(folder.path, 'note'));
    for (const part of ['subject', 'text']) writeFileSync(join(folder.path, 'note', `${part}.hbs`), 'Hello');
    const { mail } = await bench.app(
      { FromAddress: 'a@example.com', UseSpecifiedPickupDirectory: true, PickupDirectory: folder.path },
      { templates: { directories: [folder.path] } },
    );
    const error = await rejection(mail.send({ ...TO, template: 'note', text: false }));
    expect(error).toMatchObject({
      code: 'EMAILEMPTY',
      field: 'text',
      message: expect.stringMatching(/note/),
    });
    expect((await mail.send({ ...TO, template: 'note' })).status).toBe('written');
  });

  it.each([true, 0, null])('is not decided by text: %j', async text => {
    const { mail, written } = await start();
    if (text === null) {
      await mail.send(given({ ...TO, subject: 's', html: PAGE, text }));
      expect((await written()).text).toContain('Hello');
    } else {
      const error = await rejection(mail.send(given({ ...TO, subject: 's', html: PAGE, text })));
      expect(error).toMatchObject({ code: 'EMAILMESSAGE', field: 'text' });
    }
  });
});

describe('The subject', () => {
  it('must be there, and may be empty', async () => {
    const { mail, written } = await start();
    const error = await rejection(mail.send(given({ ...TO, text: 'x' })));
    expect(error).toBeInstanceOf(MailMessageError);
    expect(error).toMatchObject({ field: 'subject', message: expect.stringContaining("subject: ''") });
    await mail.send({ ...TO, subject: '', text: 'x' });
    expect((await written()).subject).toBeUndefined();
  });

  it.each(['👩‍👩‍👧 ❤️', 'می\u200cخواهم', '\u2068שלום\u2069, Ann'])('arrives as it is: %j', async subject => {
    const { mail, written } = await start();
    await mail.send({ ...TO, subject, text: 'x' });
    expect((await written()).subject).toBe(subject);
  });

  it.each([
    ['an override', 'in\u202evoice'],
    ['an embedding', '\u202ainvoice\u202c'],
    ['a filler', 'in\u3164voice'],
  ])('with %s is refused, also when a template has made it', async (_why, title) => {
    const { mail } = await start();
    const errors = [
      await rejection(mail.send({ ...TO, subject: title, text: 'x' })),
      await rejection(mail.sendNotification({ ...TO, title, lines: ['x'] })),
    ];
    for (const error of errors) {
      expect(error).toBeInstanceOf(MailMessageError);
      expect(error).toMatchObject({ code: 'EMAILHEADER', field: 'subject' });
    }
  });

  it('of more than 64 KiB is refused, also when a template has made it', async () => {
    const { mail } = await start();
    const error = await rejection(mail.sendNotification({ ...TO, title: 'a '.repeat(40_000), lines: ['x'] }));
    expect(error).toMatchObject({ code: 'EMAILHEADER', field: 'subject' });
  });
});

describe('The culture null', () => {
  it('is the default culture wherever a culture may be given', async () => {
    const { mail } = await start();
    const context = { title: 't', lines: ['x'] };
    expect((await mail.render('notification', context, { culture: null })).culture).toBe('en');
    const receipts = [
      await mail.send({ ...TO, template: 'notification', context, culture: null }),
      await mail.sendNotification({ ...TO, ...context, culture: null }),
      await mail.sendResetPassword({
        ...TO,
        displayName: 'Ann',
        resetUrl: 'https://example.com/r',
        culture: null,
      }),
      await mail.send({ ...TO, subject: 's', text: 'x', culture: null }),
    ];
    expect(receipts.map(({ status }) => status)).toEqual(['written', 'written', 'written', 'written']);
  });

  it('is not the same as one that is none', async () => {
    const { mail } = await start();
    for (const culture of ['', 'x', 'en'.padEnd(500, '-aa')]) {
      const error = await rejection(mail.send({ ...TO, template: 'notification', context: {}, culture }));
      expect(error).toBeInstanceOf(MailTemplateError);
    }
  });
});

describe('A notification is refused by the name of its field', () => {
  it.each<[object, string]>([
    [{ lines: 'one' }, 'lines'],
    [{ lines: [{}] }, 'lines[0]'],
    [{ lines: ['a', 5] }, 'lines[1]'],
    [{ table: [['a']] }, 'table'],
    [{ table: { columns: ['a'], rows: 'b' } }, 'table.rows'],
    [{ table: { columns: ['a'], rows: [['b', Number.NaN]] } }, 'table.rows[0][1]'],
    [{ table: { columns: ['a'], row: [] } }, 'table.row'],
    [{ action: { text: 'a', url: 'https://example.com/' } }, 'action.text'],
    [{ action: { label: 'a', url: 5 } }, 'action.url'],
    [{ severity: 'fatal' }, 'severity'],
    [{ sevrity: 'info' }, 'sevrity'],
    [{ title: 5 }, 'title'],
  ])('%j', async (more, field) => {
    const { mail } = await start();
    const notification = { ...TO, title: 't', lines: ['l'], ...more };
    const error = await rejection(mail.sendNotification(notification));
    expect(error).toBeInstanceOf(MailMessageError);
    expect(error).toMatchObject({ code: 'EMAILMESSAGE', field });
  });

  it('unless what is null in it may be left out', async () => {
    const { mail } = await start();
    const notification: unknown = {
      ...TO,
      title: 't',
      lines: ['l'],
      greeting: null,
      table: null,
      action: null,
    };
    expect(
      (await mail.sendNotification(notification as { to: string; title: string; lines: string[] })).status,
    ).toBe('written');
  });
});
