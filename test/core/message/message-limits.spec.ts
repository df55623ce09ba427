import { describe, expect, it } from '@jest/globals';
import { messageErrorOf, readAnything } from '../mime/composing.js';

const BASE = { to: 'ann@contoso.com', subject: 's', text: 'x' } as const;
const KIB_64 = 64 * 1024;
const people = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `p${index}@contoso.com`);
const attachments = (count: number): object[] => Array.from({ length: count }, () => ({ content: 'x' }));
const headers = (count: number): object =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`X-${index}`, '1']));

const TOO_MUCH: readonly [why: string, message: object, code: string, field: string][] = [
  ['a subject of more than 64 KiB', { subject: 'a'.repeat(KIB_64 + 1) }, 'EMAILHEADER', 'subject'],
  [
    'a subject of more than 64 KiB in UTF-8',
    { subject: 'é'.repeat(KIB_64 / 2 + 1) },
    'EMAILHEADER',
    'subject',
  ],
  ['a subject of 100 million characters', { subject: 'a '.repeat(5e7) }, 'EMAILHEADER', 'subject'],
  [
    'a header of more than 64 KiB',
    { headers: { 'X-A': 'a '.repeat(KIB_64 / 2 + 1) } },
    'EMAILHEADER',
    'headers["X-A"]',
  ],
  [
    'one of several such headers',
    { headers: { 'X-A': ['a', 'a '.repeat(KIB_64)] } },
    'EMAILHEADER',
    'headers["X-A"]',
  ],
  ['1,001 headers', { headers: headers(1001) }, 'EMAILHEADER', 'headers'],
  [
    'a header 1,001 times',
    { headers: { 'X-A': Array.from({ length: 1001 }, () => 'x') } },
    'EMAILHEADER',
    'headers["X-A"]',
  ],
  [
    'a name of a header of 100 million characters',
    { headers: { ['X'.repeat(1e8)]: 'x' } },
    'EMAILHEADER',
    'headers',
  ],
  [
    'References of more than 64 KiB together',
    { references: Array.from({ length: 900 }, (_, index) => `<${index}-${'a'.repeat(80)}@contoso.com>`) },
    'EMAILHEADER',
    'references',
  ],
  ['a million recipients', { to: people(1_000_000) }, 'EMAILRECIPIENTLIMIT', 'to'],
  [
    '100,001 recipients over To, Cc and Bcc',
    { to: people(50_000), cc: people(50_000), bcc: people(1) },
    'EMAILRECIPIENTLIMIT',
    'to',
  ],
  ['101 authors', { from: people(101) }, 'EMAILADDRESS', 'from'],
  ['1,001 attachments', { attachments: attachments(1001) }, 'EMAILATTACHMENT', 'attachments'],
  ['100,000 attachments', { attachments: attachments(100_000) }, 'EMAILATTACHMENT', 'attachments'],
  [
    'a file name of 256 characters',
    { attachments: [{ filename: 'a'.repeat(256), content: 'x' }] },
    'EMAILATTACHMENT',
    'attachments[0].filename',
  ],
  ['a body of more than 32 Mi characters', { text: 'a '.repeat(2 ** 24 + 1) }, 'EMAILMESSAGE', 'text'],
  ['1,001 fields', headers(1001), 'EMAILMESSAGE', 'message'],
];

describe('A message is refused before any work', () => {
  it.each(TOO_MUCH)('with %s', async (_why, more, code, field) => {
    const error = await messageErrorOf(() => readAnything({ ...BASE, ...more }));
    expect([error.code, error.field]).toEqual([code, field]);
    expect(error.message.length).toBeLessThan(400);
  });
});

describe('A message is read', () => {
  it.each([
    ['a subject of 64 KiB', { subject: 'a'.repeat(KIB_64) }],
    ['1,000 attachments', { attachments: attachments(1000) }],
    ['1,000 headers', { headers: headers(1000) }],
    ['100,000 recipients', { to: people(50_000), bcc: people(50_000) }],
    ['a file name of 255 characters', { attachments: [{ filename: 'a'.repeat(255), content: 'x' }] }],
    ['a header called __proto__', { headers: JSON.parse('{ "__proto__": "x" }') as object }],
  ])('with %s', (_why, more) => {
    expect(readAnything({ ...BASE, ...more })).toMatchObject({ content: { text: 'x' } });
  });
});

const CHARACTERS: readonly [why: string, message: object, code: string, field: string, written: string][] = [
  ['an override in the subject', { subject: 'in\u202evoice' }, 'EMAILHEADER', 'subject', 'U+202E'],
  ['an embedding in the subject', { subject: 'in\u202bvoice' }, 'EMAILHEADER', 'subject', 'U+202B'],
  ['a byte order mark in the subject', { subject: '\ufeffinvoice' }, 'EMAILHEADER', 'subject', 'U+FEFF'],
  [
    'an override in a file name',
    { attachments: [{ filename: 'rtl\u202efdp.exe', content: 'x' }] },
    'EMAILATTACHMENT',
    'attachments[0].filename',
    'U+202E',
  ],
  [
    'an isolate in a file name',
    { attachments: [{ filename: 'rtl\u2067fdp.exe', content: 'x' }] },
    'EMAILATTACHMENT',
    'attachments[0].filename',
    'U+2067',
  ],
];

describe('A message is refused by the character', () => {
  it.each(CHARACTERS)('%s', async (_why, more, code, field, written) => {
    const error = await messageErrorOf(() => readAnything({ ...BASE, ...more }));
    expect([error.code, error.field]).toEqual([code, field]);
    expect(error.message).toContain(`holds ${written}`);
  });
});

describe('Half a character', () => {
  it('is U+FFFD wherever a text may hold anything', () => {
    const half = 'a\ud800b';
    const message = {
      ...BASE,
      to: [{ name: half, address: 'ann@contoso.com' }, `"${half}" <bob@contoso.com>`],
      subject: half,
      text: half,
      html: half,
      headers: { 'X-A': half },
      attachments: [{ filename: half, content: 'x' }],
    };
    const whole = 'a\ufffdb';
    expect(readAnything(message)).toMatchObject({
      recipients: { to: [{ name: whole }, { name: whole }] },
      content: { subject: whole, text: whole, html: whole },
      headers: [['X-A', whole]],
      attachments: [{ filename: whole }],
    });
  });

  it.each(['a\ud800@contoso.com', 'Ann <a\ud800@contoso.com>'])('makes no other address of %j', async to => {
    expect(await messageErrorOf(() => readAnything({ ...BASE, to }))).toMatchObject({
      code: 'EMAILADDRESS',
      field: 'to',
    });
  });
});
