import { createReadStream, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { assertWellFormedMail, headersOf } from '../support/eml.js';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import { MailSink } from '../support/mail-sink.js';
import { rejection } from '../support/rejection.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';

const bench = useMailBench();
let sink: MailSink;
let app: MailApp;
let folder: TemporaryDirectory;
beforeEach(async () => {
  folder = bench.folder();
  folder.write('templates/hello/subject.en.hbs', 'Hello {{name}}');
  folder.write('templates/hello/subject.fr.hbs', 'Bonjour {{name}}');
  folder.write('templates/hello/html.hbs', '<p>{{name}}</p>');
  sink = await bench.sink();
  app = await bench.app(
    { Host: sink.host, Port: sink.port, FromAddress: 'Identity <no-reply@contoso.com>' },
    { templates: { directories: [`${folder.path}/templates`] } },
  );
});

function lastRaw(): Buffer {
  return sink.messages.at(-1)?.raw ?? Buffer.alloc(0);
}

/** A message with a stream attached behind what it has attached already. */
function withStream(message: object & { attachments?: readonly object[] }): object {
  const content = Readable.from([Buffer.alloc(90_000, '.')]);
  return { ...message, attachments: [...(message.attachments ?? []), { filename: 'a.bin', content }] };
}

describe.each<[string, (message: object) => object]>([
  ['in memory', message => message],
  ['with a stream attached', withStream],
])('MailService.send of a message %s', (_path, attach) => {
  it.each([
    [{ to: 'ann@contoso.com, bob@contoso.com', text: 't' }, 'EMAILADDRESS', 'to'],
    [{ to: ['ann@contoso.com', 'u@ok.com\r\nBcc: evil@x.example'], text: 't' }, 'EMAILADDRESS', 'to[1]'],
    [{ to: 'a\u200bnn@contoso.com', text: 't' }, 'EMAILADDRESS', 'to'],
    [{ to: 'ann@contoso.com', subject: 'x\r\nBcc: evil@x.example', text: 't' }, 'EMAILHEADER', 'subject'],
    [
      { to: 'ann@contoso.com', text: 't', headers: { 'X-A': 'b\nBcc: evil@x.example' } },
      'EMAILHEADER',
      'headers["X-A"]',
    ],
    [
      { to: 'ann@contoso.com', text: 't', headers: { 'X-A\r\nBcc': 'evil@x.example' } },
      'EMAILHEADER',
      'headers',
    ],
    [
      { to: 'ann@contoso.com', text: 't', headers: { Bcc: 'evil@x.example' } },
      'EMAILHEADER',
      'headers["Bcc"]',
    ],
    [{ text: 't' }, 'EMAILNORECIPIENTS', 'to'],
    [{ to: [], text: 't' }, 'EMAILNORECIPIENTS', 'to'],
    [{ to: 'ann@contoso.com', text: 't', template: 'hello' }, 'EMAILMESSAGE', 'text'],
    [{ to: 'ann@contoso.com', html: { path: '/etc/passwd' } }, 'EMAILMESSAGE', 'html'],
    [{ to: 'ann@contoso.com', text: 't', raw: 'From: x' }, 'EMAILMESSAGE', 'raw'],
    [{ to: 'ann@contoso.com', text: 't', envelope: { to: ['evil@x.example'] } }, 'EMAILMESSAGE', 'envelope'],
    [
      {
        to: 'ann@contoso.com',
        subject: 's',
        text: 't',
        attachments: [{ filename: 'x', path: '/no/such/file' }],
      },
      'EMAILATTACHMENT',
      'attachments[0].path',
    ],
    [
      { to: 'ann@contoso.com', text: 't', attachments: [{ filename: 'x', path: 'https://evil.example/x' }] },
      'EMAILATTACHMENT',
      'attachments[0].path',
    ],
    [
      { to: 'ann@contoso.com', text: 't', attachments: [{ filename: 'x', href: 'https://evil.example/x' }] },
      'EMAILATTACHMENT',
      'attachments[0].href',
    ],
  ])('refuses %j before anything leaves', async (message, code, field) => {
    const error = await rejection(app.mail.send(attach(message) as never));
    expect(error).toMatchObject({ name: 'MailMessageError', code, field });
    expect(sink.connections).toBe(0);
  });
});

describe('MailService.send', () => {
  it('refuses a message without content before anything leaves', async () => {
    const error = await rejection(app.mail.send({ to: 'ann@contoso.com', subject: 'only' }));
    expect(error).toMatchObject({ name: 'MailMessageError', code: 'EMAILEMPTY', field: 'text' });
    expect(sink.connections).toBe(0);
  });

  it('sends a template in the wanted culture', async () => {
    await app.mail.send({
      to: 'ann@contoso.com',
      template: 'hello',
      context: { name: 'Ann <3' },
      culture: 'fr_CA',
    });
    const mail = await sink.messages[0]?.parse();
    expect(mail).toMatchObject({
      subject: 'Bonjour Ann <3',
      html: '<p>Ann &lt;3</p>',
      text: expect.stringContaining('Ann <3'),
    });
    expect(headersOf(lastRaw(), 'Auto-Submitted')).toEqual(['auto-generated']);
  });

  it('marks a message that a person wrote not as automatic', async () => {
    await app.mail.send({ to: 'ann@contoso.com', subject: 's', text: 't' });
    expect(headersOf(lastRaw(), 'Auto-Submitted')).toEqual([]);
  });

  it('writes author, sender, reply address, priority, own headers and the conversation', async () => {
    const receipt = await app.mail.send({
      to: { name: 'Müller, Ann', address: 'ann@contoso.com' },
      from: 'HR <hr@contoso.com>',
      sender: 'robot@contoso.com',
      replyTo: ['help@contoso.com', 'Desk <desk@contoso.com>'],
      subject: 's',
      text: 't',
      priority: 'high',
      headers: { 'X-Campaign': 'spring', 'List-Unsubscribe': '<https://contoso.com/u>' },
      messageId: 'own-id@contoso.com',
      inReplyTo: '<first@contoso.com>',
      references: ['<first@contoso.com>', '<second@contoso.com>'],
    });
    const mail = await sink.messages[0]?.parse();
    expect(receipt).toMatchObject({
      messageId: '<own-id@contoso.com>',
      envelope: { from: 'robot@contoso.com' },
    });
    expect(mail).toMatchObject({
      messageId: '<own-id@contoso.com>',
      inReplyTo: '<first@contoso.com>',
      references: ['<first@contoso.com>', '<second@contoso.com>'],
    });
    expect(mail?.headers.get('priority')).toBe('high');
    expect(mail?.from?.value).toEqual([{ name: 'HR', address: 'hr@contoso.com' }]);
    expect(mail?.replyTo?.value).toHaveLength(2);
    expect([mail?.to].flat()[0]?.value).toEqual([{ name: 'Müller, Ann', address: 'ann@contoso.com' }]);
    expect(headersOf(lastRaw(), 'Sender')).toEqual(['robot@contoso.com']);
    expect(headersOf(lastRaw(), 'X-Campaign')).toEqual(['spring']);
  });

  it('attaches buffers, texts, streams and files', async () => {
    const path = folder.write('report.pdf', Buffer.from('%PDF-1.7 report'));
    await app.mail.send({
      subject: 's',
      to: 'ann@contoso.com',
      html: '<img src="cid:logo">',
      attachments: [
        { filename: 'a.bin', content: Buffer.from([0, 1, 2, 255]) },
        { filename: 'b.txt', content: 'Grüße' },
        { filename: 'c.pdf', content: createReadStream(path) },
        { path },
        { filename: 'logo.png', content: Buffer.from('png'), cid: 'logo' },
      ],
    });
    const mail = await sink.messages[0]?.parse();
    const byName = new Map(mail?.attachments.map(item => [item.filename, item]));
    expect([...byName.keys()].toSorted()).toEqual(['a.bin', 'b.txt', 'c.pdf', 'logo.png', 'report.pdf']);
    expect(byName.get('a.bin')?.content).toEqual(Buffer.from([0, 1, 2, 255]));
    expect(byName.get('b.txt')?.content.toString()).toBe('Grüße');
    expect(byName.get('c.pdf')?.content).toEqual(readFileSync(path));
    expect(byName.get('report.pdf')).toMatchObject({
      contentType: 'application/pdf',
      content: readFileSync(path),
    });
    expect(byName.get('logo.png')).toMatchObject({ contentId: '<logo>', contentDisposition: 'inline' });
    assertWellFormedMail(lastRaw());
  });

  it('sends a 20 MB attachment over SMTP unharmed', async () => {
    const content = Buffer.alloc(20 * 1024 * 1024);
    for (let index = 0; index < content.length; index += 4)
      content.writeUInt32LE((index * 2_654_435_761) >>> 0, index);
    await app.mail.send({
      subject: 's',
      to: 'ann@contoso.com',
      text: 't',
      attachments: [{ filename: 'big.bin', content }],
    });
    const mail = await sink.messages[0]?.parse();
    expect(mail?.attachments[0]?.content.equals(content)).toBe(true);
  });

  it.each([
    [{ template: 'nothing-here', context: {} }, 'EMAILTEMPLATENOTFOUND', { template: 'nothing-here' }],
    [{ template: '../hello', context: {} }, 'EMAILTEMPLATENAME', {}],
    [
      { template: 'hello', context: {} },
      'EMAILTEMPLATEVARIABLE',
      { missing: 'name', part: 'subject', culture: 'en', line: 1 },
    ],
    [{ template: 'hello', context: { name: 'x' }, culture: '../../etc' }, 'EMAILTEMPLATENAME', {}],
  ])('refuses the template request %j before anything leaves', async (request, code, details) => {
    const error = await rejection(app.mail.send({ to: 'ann@contoso.com', ...request }));
    expect(error).toMatchObject({ name: 'MailTemplateError', code, ...details });
    expect(sink.connections).toBe(0);
  });

  it('does not read a file or URL that the context names', async () => {
    folder.write('templates/echo/subject.hbs', 's');
    await app.mail.send({
      to: 'ann@contoso.com',
      template: 'hello',
      context: {
        name: 'x',
        path: '/etc/passwd',
        attachments: [{ path: '/etc/passwd' }],
        html: { path: '/etc/passwd' },
      },
    });
    expect((await sink.messages[0]?.parse())?.attachments).toEqual([]);
    expect(lastRaw().toString()).not.toContain('root:');
  });

  it('renders without sending', async () => {
    expect(await app.mail.render('hello', { name: 'Ann' }, { culture: 'fr' })).toEqual({
      subject: 'Bonjour Ann',
      html: '<p>Ann</p>',
      text: 'Ann',
      culture: 'fr',
    });
    expect(sink.connections).toBe(0);
  });
});
