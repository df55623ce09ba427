import { describe, expect, it } from '@jest/globals';
import { readMail } from '../../../lib/core/mime/read-mail.js';
import { compose } from './composing.js';

const CALENDAR = 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n';
const TO = 'ann@contoso.com';
const LOGO = { filename: 'logo.png', content: Buffer.from([0x89, 0x50]), cid: 'logo' };
const PDF = { filename: 'a.pdf', content: Buffer.from('%PDF') };

describe('What a mail has beside text and HTML', () => {
  it.each<[string, object, string[]]>([
    ['beside both', { text: 't', html: 'h' }, []],
    ['alone', {}, []],
    [
      'behind an inline image and before a file',
      { html: 'h', attachments: [LOGO, PDF] },
      ['logo.png', 'a.pdf'],
    ],
    ['alone before a file', { attachments: [PDF] }, ['a.pdf']],
  ])('is read as it was composed, %s', async (_where, content, files) => {
    const alternatives = [{ contentType: 'text/calendar; method=REQUEST', content: CALENDAR }];
    const mail = await compose({ to: TO, alternatives, ...content } as never);
    const read = await readMail(await mail.bytes());
    expect(read.alternatives).toEqual([
      {
        contentType: 'text/calendar',
        parameters: { method: 'REQUEST', charset: 'utf-8' },
        content: Buffer.from(CALENDAR.replaceAll('\r\n', '\n')),
      },
    ]);
    expect(read.attachments.map(({ filename }) => filename)).toEqual(files);
  });

  it.each([
    ['a calendar that is attached', 'text/calendar\r\nContent-Disposition: attachment', 'mixed'],
    ['a calendar with a name among files', 'text/calendar; name=a.ics', 'mixed'],
    ['an image', 'image/png', 'alternative'],
    ['a calendar behind others', 'text/calendar', 'mixed'],
  ])('is not %s', async (_what, type, kind) => {
    const part = `--x\r\nContent-Type: ${type}\r\n\r\nBEGIN:VCALENDAR\r\n`;
    const text = '--x\r\nContent-Type: text/plain\r\n\r\nhi\r\n';
    const raw = `Subject: s\r\nContent-Type: multipart/${kind}; boundary=x\r\n\r\n${text}${part}--x--\r\n`;
    const read = await readMail(Buffer.from(raw));
    expect([read.alternatives.length, read.attachments.length]).toEqual([0, 1]);
  });
});

describe('A part beside text or HTML in multipart/alternative', () => {
  it('is a further form of them, also with a name', async () => {
    const alternatives = [
      { contentType: 'text/calendar; method=REQUEST; name=invitation.ics', content: CALENDAR },
      { contentType: 'application/json', content: '{}' },
    ];
    const mail = await compose({ to: TO, text: 'x', alternatives } as never);
    const read = await readMail(await mail.bytes());
    expect(read.alternatives.map(({ contentType }) => contentType)).toEqual([
      'text/calendar',
      'application/json',
    ]);
    expect(read.attachments).toEqual([]);
  });
});

describe('A mail that is nothing but a file', () => {
  it.each(['application/pdf', 'application/octet-stream', 'text/csv; name=a.csv'])(
    'such as %s has it as an attachment',
    async type => {
      const read = await readMail(Buffer.from(`Subject: Scan\r\nContent-Type: ${type}\r\n\r\n%PDF\r\n`));
      expect([read.alternatives.length, read.attachments.length]).toEqual([0, 1]);
    },
  );

  it('and others behind it has all of them as attachments', async () => {
    const part = '--x\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n';
    const raw = `Content-Type: multipart/mixed; boundary=x\r\n\r\n${part}${part}--x--\r\n`;
    const read = await readMail(Buffer.from(raw));
    expect([read.alternatives.length, read.attachments.length]).toEqual([0, 2]);
  });
});

describe('How to unsubscribe', () => {
  const read = async (...headers: readonly string[]) =>
    (await readMail(Buffer.from(`${headers.join('\r\n')}\r\n\r\nx`))).unsubscribe;

  it.each<[readonly string[], unknown]>([
    [['Subject: s'], undefined],
    [['List-Unsubscribe: off'], undefined],
    [['List-Unsubscribe: <https://a.example/off>'], { url: 'https://a.example/off', oneClick: false }],
    [
      [
        'List-Unsubscribe: <mailto:off@a.example>,\r\n <https://a.example/o\r\n ff>',
        'list-unsubscribe-post: List-Unsubscribe=One-Click',
      ],
      { url: 'https://a.example/off', mailto: 'mailto:off@a.example', oneClick: true },
    ],
  ])('is read of %j', async (headers, expected) => {
    expect(await read(...headers)).toEqual(expected);
  });
});
