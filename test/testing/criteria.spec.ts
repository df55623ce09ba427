import { AssertionError } from 'node:assert';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MailCriteria, MailMatcher } from 'nest-mailroom/testing';
import type { MailboxApp } from './mailbox-app.js';
import { startMailboxApp } from './mailbox-app.js';

let app: MailboxApp;
beforeAll(async () => {
  app = await startMailboxApp();
  await app.mail.send({
    to: ['Ann <ann@contoso.com>', 'bob@Contoso.COM'],
    cc: '"Doe, Cleo" <cleo@contoso.com>',
    bcc: 'archive@contoso.com',
    replyTo: 'desk@contoso.com',
    from: 'Contoso <no-reply@contoso.com>',
    template: 'notification',
    context: {
      title: 'Your report',
      lines: ['It has 3 pages.', 'Grüße'],
      action: { label: 'Open', url: 'https://contoso.com/r?a=1&b=2' },
    },
    culture: 'fr',
    headers: { 'X-Campaign': 'spring' },
    attachments: [
      { filename: 'report.csv', content: 'a;b\r\n1;2', contentType: 'text/csv' },
      { filename: 'logo.png', content: Buffer.from([0x89, 0x50]), contentType: 'image/png', cid: 'logo' },
    ],
  });
});
afterAll(() => app.close());

const HOLDS: MailMatcher[] = [
  {},
  { to: 'ann@contoso.com' },
  { to: 'ann@CONTOSO.com' },
  { to: 'Ann <ann@contoso.com>' },
  { to: { address: 'bob@contoso.com' } },
  { to: ['bob@contoso.com', /^Ann </] },
  { to: ({ name }) => name === 'Ann' },
  { cc: '"Doe, Cleo" <cleo@contoso.com>' },
  { bcc: 'archive@contoso.com' },
  { from: /no-reply@/ },
  { replyTo: ['desk@contoso.com'] },
  { subject: 'Your report' },
  { subject: /report$/ },
  { subject: /Your/y },
  { subject: subject => subject.length === 11 },
  { template: 'notification', culture: 'fr', mailer: '' },
  { template: /^noti/ },
  { text: '3 pages' },
  { text: 'Grüße' },
  { text: /pages\.\s+Gr/ },
  { html: 'Grüße' },
  { link: 'contoso.com/r?a=1&b=2' },
  { link: /b=2$/ },
  { attachment: 'report.csv' },
  { attachment: /\.png$/ },
  { attachment: ['report.csv', 'logo.png'] },
  { attachment: { filename: /csv/, contentType: 'text/csv', content: 'a;b\n1;2' } },
  { attachment: { contentType: /^image\//, content: Buffer.from([0x89, 0x50]), contentId: 'logo' } },
  { attachment: { content: /1;2/ } },
  { attachment: ({ size }) => size === 2 },
  { attachment: {} },
  { header: { 'x-campaign': 'spring', 'Auto-Submitted': /generated/ } },
  { header: { 'X-Nothing': value => value === '' } },
  { subject: undefined, to: 'ann@contoso.com' },
  ({ receipt }) => receipt.accepted.length === 4,
];

const DIFFERS: [MailCriteria, string, string][] = [
  [{ to: 'eve@contoso.com' }, 'eve@contoso.com', 'Ann <ann@contoso.com>, bob@contoso.com'],
  [{ to: 'Anna <ann@contoso.com>' }, 'Anna <ann@contoso.com>', 'Ann <ann@contoso.com>, bob@contoso.com'],
  [{ to: 'Ann@contoso.com' }, 'Ann@contoso.com', 'Ann <ann@contoso.com>, bob@contoso.com'],
  [{ to: [] }, 'nobody', 'Ann <ann@contoso.com>, bob@contoso.com'],
  [
    { to: ['bob@contoso.com', 'eve@contoso.com'] },
    'bob@contoso.com, eve@contoso.com',
    'Ann <ann@contoso.com>, bob@contoso.com',
  ],
  [{ to: 'archive@contoso.com' }, 'archive@contoso.com', 'Ann <ann@contoso.com>, bob@contoso.com'],
  [{ bcc: 'ann@contoso.com' }, 'ann@contoso.com', 'archive@contoso.com'],
  [{ cc: ({ name }) => name === 'X' }, "({ name })=>name === 'X'", 'Doe, Cleo <cleo@contoso.com>'],
  [{ subject: 'Your' }, '"Your"', '"Your report"'],
  [{ subject: 'your report' }, '"your report"', '"Your report"'],
  [{ subject: /^report/ }, '/^report/', '"Your report"'],
  [{ subject: /report/y }, '/report/y', '"Your report"'],
  [{ template: 'reset-password' }, '"reset-password"', '"notification"'],
  [{ culture: 'en' }, '"en"', '"fr"'],
  [{ mailer: 'alerts' }, '"alerts"', '""'],
  [{ text: 'It has 4 pages' }, '"It has 4 pages" in it', 'not there; the nearest line is "It has 3 pages."'],
  [{ link: '/reset' }, '"/reset" in it', '"https://contoso.com/r?a=1&b=2"'],
  [
    { attachment: 'report.pdf' },
    'report.pdf',
    'logo.png (image/png, 2 octets), report.csv (text/csv, 8 octets)',
  ],
  [
    { attachment: { filename: 'report.csv', contentType: 'text/plain' } },
    '{ filename "report.csv", contentType "text/plain" }',
    'logo.png (image/png, 2 octets), report.csv (text/csv, 8 octets)',
  ],
  [
    { attachment: { content: Buffer.from([0x89]) } },
    '{ content of exactly 1 octet }',
    'logo.png (image/png, 2 octets), report.csv (text/csv, 8 octets)',
  ],
  [{ attachment: [] }, 'none', 'logo.png (image/png, 2 octets), report.csv (text/csv, 8 octets)'],
  [{ header: { 'X-Campaign': 'autumn' } }, '"autumn"', '"spring"'],
  [{ header: { 'X-Nothing': /./ } }, '/./', 'nothing'],
];

describe('A criterion', () => {
  it.each(HOLDS.map(matcher => [matcher]))('holds: %p', matcher => {
    expect(app.mailbox.assertSent(matcher)).toBe(app.mailbox.last());
    app.mailbox.assertCount(1, matcher);
    expect(() => app.mailbox.assertNotSent(matcher)).toThrow(AssertionError);
  });

  it.each(DIFFERS)('does not hold, and says how it differs: %p', (criteria, wanted, was) => {
    let caught: unknown;
    try {
      app.mailbox.assertSent(criteria);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(AssertionError);
    if (!(caught instanceof AssertionError)) return;
    expect(caught.message).toContain(`wanted ${wanted}\n`);
    expect(caught.message).toMatch(/\n +was {4}/);
    expect(caught.message.split(/\n +was {4}/)[1]).toBe(was);
    app.mailbox.assertNotSent(criteria);
    app.mailbox.assertCount(0, criteria);
  });

  it.each<[object, string]>([
    [{ recipient: 'a' }, 'assertSent: "recipient" is not known. Known are to, cc, bcc,'],
    [{ attachments: 'a' }, 'assertSent: "attachments" is not known. Did you mean "attachment"?'],
    [
      { attachment: { name: 'a' } },
      'attachment: "name" is not known. Known are filename, contentType, content, contentId.',
    ],
    [{ to: 'ann' }, 'to: ann has no "@"; for a part of an address give a RegExp'],
    [{ to: 7 }, 'to must be an address, a RegExp or a function, not 7'],
    [{ from: { address: 'x' } }, 'from: x has no "@"; for a part of an address give a RegExp'],
    [{ subject: 7 }, 'subject must be a string, a RegExp or a function, not 7'],
    [{ attachment: 7 }, 'attachment must be a file name, a RegExp, an object or a function, not 7'],
    [{ header: 'X-A' }, "header must be an object such as { 'X-Campaign': 'spring' }, not X-A"],
    [{ header: { 'X-A': 7 } }, 'header X-A must be a string, a RegExp or a function, not 7'],
    [{ to: undefined, subject: undefined }, 'assertSent: to, subject are undefined, which every mail would'],
    [['ann@contoso.com'], 'assertSent: give criteria or a function, not an array of 1'],
    [/report/, 'assertSent: give criteria or a function, not a value of type object'],
    [new Map([['to', 'ann@contoso.com']]), 'assertSent: give criteria or a function, not a value'],
    [Promise.resolve({ to: 'ann@contoso.com' }), 'assertSent: give criteria or a function, not a value'],
    [{ header: /spring/ }, "header must be an object such as { 'X-Campaign': 'spring' }, not a value"],
    [{ attachment: new Date() }, 'attachment must be a file name, a RegExp, an object or a function, not'],
  ])('that cannot be meant is refused: %j', (criteria, message) => {
    expect(() => app.mailbox.assertSent(criteria)).toThrow(TypeError);
    expect(() => app.mailbox.assertSent(criteria)).toThrow(message);
  });

  it.each<[string, (answer: object) => object]>([
    ['a mail', answer => answer],
    ['a subject', answer => ({ subject: answer })],
    ['an address', answer => ({ to: answer })],
    ['a file', answer => ({ attachment: answer })],
  ])('that is a function of %s must answer at once', (_, criterion) => {
    const later: object = async () => false;
    expect(() => app.mailbox.assertSent(criterion(later))).toThrow(
      new TypeError(
        'A function that looks at mails must answer at once, not with a promise: async ()=>false',
      ),
    );
  });

  it('does not take an own error of a function for a no', () => {
    const broken = (): boolean => {
      throw new Error('broken matcher');
    };
    expect(() => app.mailbox.assertSent({ subject: broken })).toThrow('broken matcher');
    expect(() => app.mailbox.assertNotSent(broken)).toThrow('broken matcher');
  });
});
