import { describe, expect, it } from '@jest/globals';
import type { AddressObject } from 'mailparser';
import { envelopeSender, newMessageId } from '../../../lib/core/mime/compose-mail.js';
import { headerLines, headerOf, headersOf } from '../../support/eml.js';
import { PATHS } from './composing.js';
import { decodeWords } from './encoded-words.js';

const BASE = { to: 'ann@contoso.com', subject: 'Hello', text: 'Hi' } as const;

function addresses(
  parsed: AddressObject | AddressObject[] | undefined,
): { name: string; address?: string }[] {
  return [parsed ?? []].flat().flatMap(list => list.value.map(({ name, address }) => ({ name, address })));
}

describe.each(PATHS)('the headers of a mail, composed $path,', ({ composed }) => {
  it('are all there once', async () => {
    const { bytes } = await composed({ ...BASE, cc: 'c@x.com', replyTo: 'r@x.com', sender: 's@x.com' });
    expect(headerLines(bytes).map(line => line.name)).toEqual([
      'From',
      'Sender',
      'To',
      'Cc',
      'Reply-To',
      'Subject',
      'Message-ID',
      'Date',
      'MIME-Version',
      'Content-Type',
      'Content-Transfer-Encoding',
    ]);
  });

  it('hold the date in UTC', async () => {
    const { bytes } = await composed(BASE, { date: new Date(Date.UTC(2026, 10, 3, 4, 5, 6)) });
    expect(headerOf(bytes, 'Date')).toBe('Tue, 03 Nov 2026 04:05:06 +0000');
  });

  it('hold a new Message-ID in the domain of the sender', async () => {
    const { bytes, mail } = await composed(BASE);
    expect(mail.messageId).toMatch(/^<[0-9a-f-]{36}@contoso\.com>$/);
    expect(headerOf(bytes, 'Message-ID')).toBe(mail.messageId);
    expect((await composed(BASE)).mail.messageId).not.toBe(mail.messageId);
  });

  it('hold the Message-ID of a retry', async () => {
    const { bytes, mail } = await composed({ ...BASE, messageId: 'kept@contoso.com' });
    expect([mail.messageId, headerOf(bytes, 'message-id')]).toEqual([
      '<kept@contoso.com>',
      '<kept@contoso.com>',
    ]);
  });

  it('hold In-Reply-To and folded References', async () => {
    const references = Array.from({ length: 60 }, (_, index) => `<message-number-${index}@mail.contoso.com>`);
    const { bytes, parsed } = await composed({ ...BASE, inReplyTo: 'a@b', references });
    expect(headerOf(bytes, 'In-Reply-To')).toBe('<a@b>');
    expect(headerOf(bytes, 'References')?.split(' ')).toEqual(references);
    expect(parsed.references).toEqual(references);
    expect(
      Math.max(
        ...bytes
          .toString()
          .split('\r\n')
          .map(line => line.length),
      ),
    ).toBeLessThanOrEqual(78);
  });

  it('hold References of the greatest length', async () => {
    const long = `<${'x'.repeat(898)}@b>`;
    const { bytes } = await composed({ ...BASE, references: [long, long] });
    expect(headerOf(bytes, 'References')).toBe(`${long} ${long}`);
  });

  it.each([
    ['high', ['1 (Highest)', 'High', 'High']],
    ['low', ['5 (Lowest)', 'Low', 'Low']],
    ['normal', [undefined, undefined, undefined]],
    [undefined, [undefined, undefined, undefined]],
  ] as const)('hold the priority %s in the words of three vendors', async (priority, values) => {
    const { bytes } = await composed({ ...BASE, priority });
    const names = ['X-Priority', 'X-MSMail-Priority', 'Importance'];
    expect(names.map(name => headerOf(bytes, name))).toEqual(values);
  });
});

describe.each(PATHS)('Auto-Submitted, composed $path,', ({ composed }) => {
  it('marks a mail that a machine wrote', async () => {
    const { bytes } = await composed(BASE, { automatic: true });
    expect(headerOf(bytes, 'Auto-Submitted')).toBe('auto-generated');
    // Not "All", which asks Exchange to keep the reports of failed deliveries back.
    expect(headerOf(bytes, 'X-Auto-Response-Suppress')).toBe('DR, RN, NRN, OOF, AutoReply');
  });

  it('does not mark a mail of the application’s own words', async () => {
    const { bytes } = await composed(BASE, { automatic: false });
    expect(headersOf(bytes, 'Auto-Submitted')).toEqual([]);
  });

  it('is the caller’s where the caller gives it, in any case', async () => {
    const headers = { 'auto-submitted': 'auto-replied', 'X-AUTO-RESPONSE-SUPPRESS': 'OOF' };
    const { bytes } = await composed({ ...BASE, headers }, { automatic: true });
    expect(headersOf(bytes, 'Auto-Submitted')).toEqual(['auto-replied']);
    expect(headersOf(bytes, 'X-Auto-Response-Suppress')).toEqual(['OOF']);
  });
});

describe.each(PATHS)('Content-Language, composed $path,', ({ composed }) => {
  it.each<[string, readonly string[], string | undefined]>([
    ['one language', ['fr-CA'], 'fr-CA'],
    ['several in order', ['en', 'fr', 'zh-Hant-TW'], 'en, fr, zh-Hant-TW'],
    ['a language once', ['en', 'fr', 'en'], 'en, fr'],
    ['no language', [], undefined],
    ['what is no language of BCP 47', ['', 'en\r\nBcc: eve@example.com', 'français', 'de_DE', 'it'], 'it'],
  ])('names %s', async (_what, languages, value) => {
    const { bytes } = await composed(BASE, { languages });
    expect(headerOf(bytes, 'Content-Language')).toBe(value);
    expect(headersOf(bytes, 'Bcc')).toEqual([]);
  });

  it('is folded when there are many', async () => {
    const languages = Array.from({ length: 30 }, (_, index) => `en-x-part${index}`);
    const { bytes } = await composed(BASE, { languages });
    expect(headerOf(bytes, 'Content-Language')).toBe(languages.join(', '));
  });
});

describe.each(PATHS)('the recipients of a mail, composed $path,', ({ composed }) => {
  it('are all in the envelope, and the blind ones in no header', async () => {
    const { bytes, mail } = await composed({
      ...BASE,
      cc: 'Cy <cc@x.com>',
      bcc: ['Secret Person <hidden@secret.example>', 'other@secret.example'],
    });
    expect(mail.envelope).toEqual({
      from: 'no-reply@contoso.com',
      to: ['ann@contoso.com', 'cc@x.com', 'hidden@secret.example', 'other@secret.example'],
    });
    expect(bytes.toString()).not.toMatch(/^bcc:|secret/im);
    expect(mail.bcc).toEqual(['hidden@secret.example', 'other@secret.example']);
  });

  it('may all be blind', async () => {
    const { bytes, mail } = await composed({ bcc: 'hidden@secret.example', text: 'x' });
    expect([headersOf(bytes, 'To'), headersOf(bytes, 'Cc'), headersOf(bytes, 'Bcc')]).toEqual([[], [], []]);
    expect(mail.envelope.to).toEqual(['hidden@secret.example']);
  });

  it('may be 300, folded', async () => {
    const to = Array.from({ length: 300 }, (_, index) => ({
      name: index % 3 === 0 ? `Jörg, Nr. ${index}` : `Person, Number ${index}`,
      address: `person.${index}@mail${index}.contoso.com`,
    }));
    const { bytes, parsed, mail } = await composed({ ...BASE, to });
    expect(addresses(parsed.to)).toEqual(to);
    expect(mail.envelope.to).toHaveLength(300);
    const head = bytes.toString().split('\r\n\r\n')[0] ?? '';
    expect(head.split('\r\n').filter(line => line.length > 200)).toEqual([]);
  });

  it.each([
    ['Ann Lee'],
    ['Lee, Ann'],
    ['Ann "The Boss" Lee'],
    ['back\\slash\\'],
    ['x <evil@x.com>, y'],
    ['a@b.com'],
    ['Jörg Müller, Dr.'],
    ['דוד לוי'],
    ['محمد علي'],
    ['🎉 Party 👩‍👩‍👧'],
    ['a  b   c'],
    ['=?utf-8?Q?x?='],
    ['(comment) [x]; group:'],
    ['é "q" \\ , ; : <>()[]'],
    ['N'.repeat(900)],
    ['נ'.repeat(900)],
    ['🎉'.repeat(450)],
    ['word '.repeat(190).trim()],
    ["O'Hara & Söhne"],
    ['.'],
  ])('come back with their names: %s', async name => {
    const person = { name, address: 'ann@contoso.com' };
    const { parsed } = await composed({ ...BASE, to: person, from: person, replyTo: [person, 'x@y.com'] });
    expect(addresses(parsed.to)).toEqual([person]);
    expect(addresses(parsed.from)).toEqual([person]);
    expect(addresses(parsed.replyTo)).toEqual([person, { name: '', address: 'x@y.com' }]);
  });

  it('come back with an internationalised domain', async () => {
    const { mail, bytes } = await composed({ ...BASE, to: 'a@bücher.example' });
    expect(mail.envelope.to).toEqual(['a@xn--bcher-kva.example']);
    expect(headerOf(bytes, 'To')).toBe('a@xn--bcher-kva.example');
  });
});

describe.each(PATHS)('the originals of a catch-all, composed $path,', ({ composed }) => {
  it('are encoded once, one by one, where an address among them is beyond ASCII', async () => {
    const to = [
      { name: 'Müller, Jürgen', address: 'j@contoso.com' },
      { name: 'Ü', address: 'ü@contoso.com' },
    ];
    const { bytes } = await composed(BASE, { original: { to, cc: [] } });
    const raw = headerOf(bytes, 'X-Original-To') ?? '';
    expect(raw).toContain(' <j@contoso.com>, ');
    expect(decodeWords(raw)).toBe('Müller, Jürgen <j@contoso.com>, Ü <ü@contoso.com> :;');
  });

  it('stand in X-Original-To and X-Original-Cc', async () => {
    const { bytes } = await composed(BASE, {
      recipients: { to: [{ address: 'catch@test.com' }], cc: [], bcc: [] },
      original: {
        to: [{ name: 'Ann Lee', address: 'ann@contoso.com' }, { address: 'b@contoso.com' }],
        cc: [{ address: 'c@contoso.com' }],
      },
    });
    expect(headerOf(bytes, 'To')).toBe('catch@test.com');
    expect(headerOf(bytes, 'X-Original-To')).toBe('Ann Lee <ann@contoso.com>, b@contoso.com');
    expect(headerOf(bytes, 'X-Original-Cc')).toBe('c@contoso.com');
  });

  it('are left out where there are none', async () => {
    const { bytes } = await composed(BASE, { original: { to: [], cc: [] } });
    expect(headerLines(bytes).filter(line => /original/i.test(line.name))).toEqual([]);
  });

  it('are folded when they are many', async () => {
    const to = Array.from({ length: 300 }, (_, index) => ({ address: `p${index}@contoso.com` }));
    const { bytes } = await composed(BASE, { original: { to, cc: [] } });
    expect(headerOf(bytes, 'X-Original-To')?.split(', ')).toEqual(to.map(item => item.address));
  });
});

describe('the envelope sender', () => {
  it.each([
    ['the author', { from: [{ address: 'a@b.com' }] }, 'a@b.com'],
    ['the sender', { from: [{ address: 'a@b.com' }], sender: { address: 's@c.com' } }, 's@c.com'],
    ['nobody without an author', { from: [] }, ''],
  ])('is %s', (_name, mail, address) => {
    expect(envelopeSender(mail)).toBe(address);
  });

  it('gives the Message-ID its domain', () => {
    expect(newMessageId({ from: [{ address: 'a@b.com' }], sender: { address: 's@c.com' } })).toMatch(
      /@c\.com>$/,
    );
    expect(newMessageId({ from: [] })).toMatch(/@localhost>$/);
  });
});

describe.each(PATHS)(
  'The header that stands in for one with addresses beyond ASCII, composed $path,',
  ({ composed }) => {
    it('is there only when it is needed', async () => {
      const plain = await composed({ to: { name: 'Jürgen', address: 'j@contoso.com' }, text: 't' });
      expect(plain.mail.asciiHead).toBeUndefined();
      const { bytes, mail } = await composed({ to: ['ann@contoso.com', 'jürgen@contoso.com'], text: 't' });
      const head = mail.asciiHead?.bytes.toString() ?? '';
      expect(head).toContain('To: ann@contoso.com, =?UTF-8?Q?j=C3=BCrgen=40contoso=2Ecom?= :;\r\n');
      expect(head.endsWith('\r\n\r\n')).toBe(true);
      expect(bytes.subarray(0, mail.asciiHead?.replaces).toString()).toMatch(
        /jürgen@contoso\.com[^]*\r\n\r\n$/,
      );
    });
  },
);
