import { describe, expect, it } from '@jest/globals';
import { linksIn } from '../../../lib/core/mime/links-in.js';
import { readMail } from '../../../lib/core/mime/read-mail.js';

const MAIL = [
  'From: =?utf-8?Q?J=C3=BCrgen?= <juergen@contoso.com>',
  'To: Ann <ann@contoso.com>, team: bob@contoso.com, carl@contoso.com;',
  'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=',
  'X-Note: =?utf-8?Q?Gr=C3=BC=C3=9Fe?= =?utf-8?Q?_aus_K=C3=B6ln?=',
  'Message-ID: <1@contoso.com>',
  'Date: Tue, 24 Nov 2026 10:00:00 +0100',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=x',
  '',
  '--x',
  'Content-Type: multipart/alternative; boundary=y',
  '',
  '--y',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Text',
  '--y',
  'Content-Type: multipart/related; boundary=z',
  '',
  '--z',
  'Content-Type: text/html; charset=iso-8859-1',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  '<p>gr=FC=DFe</p><img src=3D"cid:logo@x">',
  '--z',
  'Content-Type: image/png; name=logo.png',
  'Content-ID: <logo@x>',
  'Content-Disposition: inline; filename=logo.png',
  'Content-Transfer-Encoding: base64',
  '',
  'iVBORw==',
  '--z--',
  '--y--',
  '--x',
  'Content-Type: text/csv',
  "Content-Disposition: attachment; filename*=utf-8''r%C3%A9sum%C3%A9.csv",
  '',
  'a;b',
  '--x--',
  '',
].join('\r\n');

describe('A finished mail', () => {
  it('is read as its recipients read it', async () => {
    const mail = await readMail(Buffer.from(MAIL));
    expect(mail).toMatchObject({
      subject: 'Grüße',
      from: { name: 'Jürgen', address: 'juergen@contoso.com' },
      to: [
        { name: 'Ann', address: 'ann@contoso.com' },
        { address: 'bob@contoso.com' },
        { address: 'carl@contoso.com' },
      ],
      messageId: '<1@contoso.com>',
      headers: expect.arrayContaining([{ name: 'X-Note', value: 'Grüße aus Köln' }]),
      date: new Date('2026-11-24T09:00:00Z'),
    });
    expect(mail.text?.trim()).toBe('Text');
    expect(mail.html?.trim()).toBe('<p>grüße</p><img src="cid:logo@x">');
    expect(mail.attachments).toEqual([
      {
        content: Buffer.from('iVBORw==', 'base64'),
        filename: 'logo.png',
        contentType: 'image/png',
        size: 4,
        contentId: 'logo@x',
        inline: true,
      },
      expect.objectContaining({ filename: 'résumé.csv', contentType: 'text/csv', inline: false }),
    ]);
    expect(mail.headers.map(({ name }) => name)).toContain('Message-ID');
    expect(mail.problem).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['no header', 'just words'],
    ['a boundary that never comes', 'Content-Type: multipart/mixed; boundary=x\r\n\r\nwords'],
    ['half a part', MAIL.slice(0, 700)],
    ['an unknown charset', 'Content-Type: text/plain; charset=none-such\r\n\r\nwords'],
    ['broken base64', 'Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%%'],
    ['binary noise', Buffer.from(Array.from({ length: 2000 }, (_, index) => (index * 37) % 256))],
    ['a date that is none', 'Date: yesterday\r\n\r\nwords'],
  ])('with %s is read as far as it goes', async (_, raw) => {
    const mail = await readMail(Buffer.from(raw));
    expect(typeof mail.subject).toBe('string');
    expect(mail.problem).toBeUndefined();
  });

  it('that is nested deeper than any honest one says so', async () => {
    const levels = Array.from({ length: 300 }, (_, level) => level);
    const deep = levels.map(
      level => `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n`,
    );
    expect((await readMail(Buffer.from(deep.join('')))).problem).toMatch(/cannot be read/);
  });
});

describe('The links of a mail', () => {
  it('are those of its HTML and its text, each once, in order and without the escapes of HTML', () => {
    const html =
      '<a class="x" href="https://a.test/?x=1&amp;y=2">a</a> <A HREF=\'https://b.test/#x3D;&#x3D;&#61;\'>b</A><a href=https://c.test>c</a><a href="">d</a><abbr href="no">';
    const text = 'See https://a.test/?x=1&y=2, (https://d.test/path). Write to mailto:ann@contoso.com!';
    expect(linksIn({ html, text })).toEqual([
      'https://a.test/?x=1&y=2',
      'https://b.test/#x3D;==',
      'https://c.test',
      'https://d.test/path',
      'mailto:ann@contoso.com',
    ]);
  });

  it('are none where there are none', () => {
    expect(linksIn({})).toEqual([]);
  });
});
