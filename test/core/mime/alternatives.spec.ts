import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { simpleParser } from 'mailparser';
import type { MailAlternative, MailMessage } from '../../../lib/core/message/mail-message.js';
import { assertWellFormedMail } from '../../support/eml.js';
import { compose, messageErrorOf, PATHS } from './composing.js';

const TO = 'ann@contoso.com';
const CALENDAR = [
  'BEGIN:VCALENDAR',
  'METHOD:REQUEST',
  'BEGIN:VEVENT',
  'SUMMARY:Müller spricht über Zebra-Quartz-4711',
  '.DOT:1',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n');
const INVITATION: MailAlternative = { contentType: 'text/calendar; method=REQUEST', content: CALENDAR };
const LOGO = { filename: 'logo.png', content: Buffer.from([0x89, 0x50]), cid: 'logo' };
const PDF = { filename: 'a.pdf', content: Buffer.from('%PDF') };

/** The Content-Type of every entity in order, without parameters. */
function typesOf(bytes: Buffer): string[] {
  return [...bytes.toString('latin1').matchAll(/^Content-Type:\s+([a-z0-9.+-]+\/[a-z0-9.+-]+)/gim)].map(
    match => match[1] ?? '',
  );
}

const SHAPES: readonly [name: string, content: object, types: string[]][] = [
  ['text', { text: 't' }, ['multipart/alternative', 'text/plain', 'text/calendar']],
  ['HTML', { html: 'h' }, ['multipart/alternative', 'text/html', 'text/calendar']],
  ['both', { text: 't', html: 'h' }, ['multipart/alternative', 'text/plain', 'text/html', 'text/calendar']],
  [
    'both and an inline image',
    { text: 't', html: 'h', attachments: [LOGO] },
    ['multipart/alternative', 'text/plain', 'multipart/related', 'text/html', 'image/png', 'text/calendar'],
  ],
  [
    'everything',
    { text: 't', html: 'h', attachments: [PDF, LOGO] },
    [
      'multipart/mixed',
      'multipart/alternative',
      'text/plain',
      'multipart/related',
      'text/html',
      'image/png',
      'text/calendar',
      'application/pdf',
    ],
  ],
  ['nothing', {}, ['text/calendar']],
  ['an attachment alone', { attachments: [PDF] }, ['multipart/mixed', 'text/calendar', 'application/pdf']],
];

describe.each(PATHS)('A mail with an alternative, composed $path,', ({ composed }) => {
  it.each(SHAPES)('has it behind %s', async (_name, content, types) => {
    const message: MailMessage = { to: TO, alternatives: [INVITATION], ...Object(content) };
    const { bytes } = await composed(message);
    expect(typesOf(bytes)).toEqual(types);
  });

  it('keeps the order of several', async () => {
    const alternatives = [INVITATION, { contentType: 'text/x-amp-html', content: '<html amp4email>' }];
    const { bytes } = await composed({ to: TO, text: 't', html: 'h', alternatives });
    expect(typesOf(bytes).slice(1)).toEqual(['text/plain', 'text/html', 'text/calendar', 'text/x-amp-html']);
  });
});

/** The one part of a mail with that type, as mailparser reads it. */
async function partOf(alternative: MailAlternative): Promise<{ content: Buffer; bytes: Buffer }> {
  const mail = await compose({ to: TO, text: 't', alternatives: [alternative] });
  const bytes = await mail.bytes();
  assertWellFormedMail(bytes);
  const { attachments } = await simpleParser(bytes);
  return { content: attachments[0]?.content ?? Buffer.alloc(0), bytes };
}

describe('The content of an alternative', () => {
  it.each([
    ['text/calendar; method=REQUEST', 'text/calendar; method=REQUEST; charset=utf-8'],
    ['text/calendar; charset=UTF-8; method="REQUEST"', 'text/calendar; charset=UTF-8; method=REQUEST'],
    ['application/ics', 'application/ics'],
  ])('as a text of %s has the type %s', async (contentType, written) => {
    const { bytes } = await partOf({ contentType, content: CALENDAR });
    expect(bytes.toString()).toContain(`\r\nContent-Type: ${written}\r\n`);
  });

  it('as a text has lines that end with CRLF, and is quoted-printable', async () => {
    const { bytes } = await partOf({
      contentType: 'text/calendar',
      content: CALENDAR.replaceAll('\r\n', '\n'),
    });
    expect(bytes.toString()).toContain('SUMMARY:M=C3=BCller spricht =C3=BCber');
    expect((await simpleParser(bytes)).attachments[0]?.content.toString()).toBe(CALENDAR);
  });

  it('is written in the charset of its type', async () => {
    const { content } = await partOf({
      contentType: 'text/x-note; charset=windows-1252',
      content: 'Müller €',
    });
    expect(content.toString('latin1')).toBe('M\u00fcller \u0080');
  });

  it('as octets stays as it is', async () => {
    const octets = Buffer.from(Array.from({ length: 256 }, (_, octet) => octet));
    const { content } = await partOf({ contentType: 'text/x-note; charset=x-own', content: octets });
    expect(content).toEqual(octets);
  });

  it.each([
    ['text/x-note; charset=iso-8859-1', 'Preis: 5 €', /^alternatives\[1\]\.content: holds "€" \(U\+20AC\)/],
    ['text/x-note; charset=x-own', 'x', /^alternatives\[1\]\.content: cannot be written in charset=x-own/],
  ])('is refused where %s has no such character', async (contentType, content, words) => {
    const error = await messageErrorOf(async () =>
      compose({ to: TO, text: 't', alternatives: [INVITATION, { contentType, content }] }),
    );
    expect([error.code, error.field]).toEqual(['EMAILMESSAGE', 'alternatives[1].content']);
    expect(error.message).toMatch(words);
  });
});

describe('What a server quotes of an alternative', () => {
  it.each<[string, object, string]>([
    ['beside text', { text: 't' }, 'text/calendar'],
    ['beside text, as application/ics', { text: 't' }, 'application/ics'],
    ['behind an inline image', { html: 'h', attachments: [LOGO] }, 'text/calendar'],
    [
      'behind an inline image, with a file behind it',
      { html: 'h', attachments: [LOGO, PDF] },
      'application/ics',
    ],
  ])('is hidden %s', async (_where, content, contentType) => {
    const message: MailMessage = {
      to: TO,
      alternatives: [{ contentType, content: CALENDAR }],
      ...Object(content),
    };
    const mail = await compose(message);
    expect(mail.redact?.('554 spam: Zebra-Quartz-4711')).toBe('554 spam: ***');
    await buffer(mail.stream());
    await mail.bytes();
    expect(mail.redact?.('554 spam: zebra-quartz-4711 to ann@contoso.com')).toBe(
      '554 spam: *** to ann@contoso.com',
    );
  });
});
