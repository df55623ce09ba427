import { describe, expect, it } from '@jest/globals';
import { headerOf } from '../../support/eml.js';
import { messageErrorOf, PATHS, readAnything } from '../mime/composing.js';
import { decodeWords } from '../mime/encoded-words.js';

const BASE = { to: 'ann@contoso.com', subject: 's', text: 't' } as const;

/** What stands in a header: how it is written, and how a reader that decodes all of it shows it. */
type Written = readonly [name: string, given: string, written: string];

const URLS: readonly Written[] = [
  ['List-Unsubscribe', '<https://example.com/ü>', '<https://example.com/%C3%BC>'],
  ['List-Unsubscribe', '<https://example.com/u?a==?b>', '<https://example.com/u?a==?b>'],
  [
    'list-UNSUBSCRIBE',
    '<https://a.example/ü>,<mailto:u@a.example>',
    '<https://a.example/%C3%BC>, <mailto:u@a.example>',
  ],
  [
    'List-Help',
    '<https://bücher.example:8443/a?q=größe#über>',
    '<https://xn--bcher-kva.example:8443/a?q=gr%C3%B6%C3%9Fe#%C3%BCber>',
  ],
  ['List-Help', '<https://ü:p@bücher.example>', '<https://%C3%BC:p@xn--bcher-kva.example>'],
  [
    'List-Owner',
    '<mailto:jürgen@bücher.example?subject=Grüße>',
    '<mailto:j%C3%BCrgen@xn--bcher-kva.example?subject=Gr%C3%BC%C3%9Fe>',
  ],
  ['List-Subscribe', '<mailto:a@bücher.example,b@x.com>', '<mailto:a@xn--bcher-kva.example,b@x.com>'],
  ['List-Archive', '<https://a.example/100%/%C3%BC>', '<https://a.example/100%25/%C3%BC>'],
  ['List-Archive', '<https://a.example/{"a"}|^`\\>', '<https://a.example/%7B%22a%22%7D%7C%5E%60%5C>'],
  ['List-Archive', '<https://a.example/?=?utf-8?q?x?=>', '<https://a.example/?=%3Futf-8?q?x?=>'],
  ['List-Archive', '<https://a.example/\ud83d>', '<https://a.example/%EF%BF%BD>'],
  ['List-Archive', '<https://a.example/🎉,(x)>', '<https://a.example/%F0%9F%8E%89,(x)>'],
  ['Archived-At', '<https://[2001:db8::1]/ü>', '<https://[2001:db8::1]/%C3%BC>'],
  ['List-Post', 'No (Ankündigungen)', 'NO (Ankündigungen)'],
  ['List-Post', '<mailto:x@a.example> (use (this) one)', '<mailto:x@a.example> (use (this) one)'],
  ['List-Owner', '(für Fragen) <mailto:x@a.example>', '(für Fragen) <mailto:x@a.example>'],
  ['X-Link', '<https://a.example/ü>', '<https://a.example/%C3%BC>'],
  ['X-Link', 'https://a.example/u?a==?b', 'https://a.example/u?a==?b'],
  ['X-Link', 'siehe <https://a.example/ü>', 'siehe <https://a.example/%C3%BC>'],
  ['X-Report-Abuse', 'Mißbrauch: https://a.example/ü (24 h)', 'Mißbrauch: https://a.example/%C3%BC (24 h)'],
  [
    'X-Help',
    'https://bücher.example oder mailto:x@a.example',
    'https://xn--bcher-kva.example oder mailto:x@a.example',
  ],
];

const IDENTIFIERS: readonly Written[] = [
  ['List-Id', 'Bücher <books.example.com>', 'Bücher <books.example.com>'],
  ['List-ID', '<books.example.com>', '<books.example.com>'],
  ['List-Id', '"Bücher, neu" <books.bücher.example>', 'Bücher, neu <books.xn--bcher-kva.example>'],
  ['List-Id', 'Books, old and new <books.example.com>', '"Books, old and new" <books.example.com>'],
  ['List-Id', '=?utf-8?Q?x?= <books.example.com>', '=?utf-8?Q?x?= <books.example.com>'],
  ['List-Unsubscribe-Post', 'list-unsubscribe=one-click', 'List-Unsubscribe=One-Click'],
  ['Feedback-ID', 'a:=?b?=:c', 'a:=?b?=:c'],
  ['Supersedes', '<a=?utf-8?q?b?=@x>  <c@d>', '<a=?utf-8?q?b?=@x> <c@d>'],
];

const MAILBOXES: readonly Written[] = [
  ['Disposition-Notification-To', 'Jürgen Müller <j@example.com>', 'Jürgen Müller <j@example.com>'],
  [
    'Return-Receipt-To',
    '"Müller, Jürgen" <j@bücher.example>, ann@contoso.com',
    'Müller, Jürgen <j@xn--bcher-kva.example>, ann@contoso.com',
  ],
  ['Errors-To', '"Lee, Ann" <ann@contoso.com>', '"Lee, Ann" <ann@contoso.com>'],
  ['X-Confirm-Reading-To', 'j@example.com (Jürgen)', 'j@example.com (Jürgen)'],
  ['X-Report-Abuse-To', 'abuse@bücher.example', 'abuse@xn--bcher-kva.example'],
  [
    'X-Report-Abuse-To',
    'Büro <https://a.example/ü>, <mailto:x@a.example> (ü)',
    'Büro <https://a.example/%C3%BC>, <mailto:x@a.example> (ü)',
  ],
  ['X-Report-Abuse-To', 'https://a.example/ü', 'https://a.example/%C3%BC'],
  [
    'X-Original-Sender',
    'Jürgen <j@example.com>, "Müller, B" <b@bücher.example>',
    'Jürgen <j@example.com>, Müller, B <b@xn--bcher-kva.example>',
  ],
  ['X-Loop', 'news@bücher.example', 'news@xn--bcher-kva.example'],
  ['X-Note', '"Grüße" <ann@contoso.com>', 'Grüße <ann@contoso.com>'],
  ['X-Answers-To', 'Jürgen <j@example.com>', 'Jürgen <j@example.com>'],
  ['Disposition-Notification-To', 'a@[192.0.2.1]', 'a@[192.0.2.1]'],
];

describe.each(PATHS)('a header with addresses or URLs, composed $path,', ({ composed }) => {
  it.each([...URLS, ...IDENTIFIERS, ...MAILBOXES])(
    'keeps them outside encoded words: %s: %s',
    async (name, given, written) => {
      const { bytes } = await composed({ ...BASE, headers: { [name]: given } });
      const raw = headerOf(bytes, name) ?? '';
      expect(raw).toMatch(/^[\t -~]*$/);
      const [decoded, addresses] = [decodeWords(raw), written.match(/<[^>]*>/g) ?? []];
      expect(decoded).toBe(written);
      for (const address of addresses) expect(raw).toContain(address);
    },
  );

  it('folds a long list between its URLs, and never within one', async () => {
    const url = (index: number): string => `<https://a.example/${index}?token=${'x'.repeat(300)}>`;
    const { bytes } = await composed({ ...BASE, headers: { 'List-Archive': [1, 2, 3].map(url).join(',') } });
    expect(headerOf(bytes, 'List-Archive')).toBe([1, 2, 3].map(url).join(', '));
    for (const index of [1, 2, 3]) expect(bytes.toString()).toContain(url(index));
  });

  it('that is a text for people is encoded as a whole', async () => {
    for (const [name, value] of [
      ['X-Sent-To', 'alle <außer> Ann'],
      ['List-Note', 'Grüße'],
      ['X-Note', 'Grüße <ann at contoso.com>'],
      ['X-Loop', 'jürgen@example.com'],
      ['X-Data', '{"ü":"https://a.example/ü","to":"ann@contoso.com"}'],
      ['X-Link', '<javascript:ü>'],
    ] as const) {
      const { bytes } = await composed({ ...BASE, headers: { [name]: value } });
      expect(decodeWords(headerOf(bytes, name) ?? '')).toBe(value);
    }
  });

  it('names an address beyond ASCII as the recipients of the mail are named', async () => {
    const headers = { 'Disposition-Notification-To': 'Jürgen <jürgen@example.com>' };
    const { bytes, mail } = await composed({ ...BASE, headers });
    expect(headerOf(bytes, 'Disposition-Notification-To')).toContain('<jürgen@example.com>');
    expect(mail.asciiHead?.bytes.toString()).toMatch(
      /^Disposition-Notification-To:\r\n =\?UTF-8\?[^\r]*\?= :;\r$/m,
    );
  });

  it('is not written when it is blank', async () => {
    const { bytes } = await composed({ ...BASE, headers: { 'List-Id': ' ', 'Errors-To': '' } });
    expect([headerOf(bytes, 'List-Id'), headerOf(bytes, 'Errors-To')]).toEqual([undefined, undefined]);
  });
});

describe('a header with addresses or URLs is refused', () => {
  it.each([
    ['List-Unsubscribe', 'https://example.com/secret', 'angle brackets'],
    ['List-Unsubscribe', 'Abmelden <https://example.com/secret>', 'in parentheses'],
    ['List-Unsubscribe', '<https://example.com/secret> <mailto:a@b.c>', 'comma between two URLs'],
    ['List-Unsubscribe', '(nothing but words)', 'a URL in each item'],
    ['List-Unsubscribe', '<https://example.com/secret', 'a < without its >'],
    ['List-Unsubscribe', '<https://example.com/a secret>', '%20'],
    ['List-Unsubscribe', '<example.com/secret>', 'without a scheme'],
    ['List-Unsubscribe', '<javascript:alert(1)>', 'javascript:'],
    ['List-Unsubscribe', '<DATA:text/html,secret>', 'data:'],
    ['List-Unsubscribe', '<https://bü cher.example/>', '%20'],
    ['List-Unsubscribe', '<https://bü%cher.example/>', 'no domain name'],
    ['List-Unsubscribe', '<https://>', 'cannot be opened'],
    ['List-Unsubscribe', '<https:secret>', 'cannot be opened'],
    ['List-Unsubscribe', '<>', 'without a scheme'],
    ['List-Unsubscribe-Post', 'yes', 'List-Unsubscribe=One-Click'],
    ['List-Post', 'never', 'in parentheses'],
    ['List-Id', 'News', 'no identifier'],
    ['List-Id', 'News <news contoso>', 'no identifier'],
    ['List-Id', 'News <bü_cher..x>', 'no identifier'],
    ['List-Id', '<a.b> <c.d>', 'more than one identifier'],
    ['List-Id', `<${'x'.repeat(256)}>`, 'no identifier'],
    ['List-Id', '"News <news.contoso.com>', 'a " without its "'],
    ['Disposition-Notification-To', 'yes', 'no "@"'],
    ['Disposition-Notification-To', 'Müller, Jürgen <j@example.com>', 'such as Ann Lee'],
    ['Disposition-Notification-To', 'a@b.c d@e.f', 'such as Ann Lee'],
    ['Return-Receipt-To', ', ,', 'names nobody'],
    ['Errors-To', 'team: a@b.c;', 'such as Ann Lee'],
    ['Errors-To', 'a@b.c (never closed', 'a ( without its )'],
    ['X-Report-Abuse-To', 'by telephone', 'no "@"'],
    ['Supersedes', 'a@b', 'no Message-ID'],
    ['Feedback-ID', 'ü:b', 'beyond ASCII'],
  ])('%s: %s', async (name, value, words) => {
    const error = await messageErrorOf(() => readAnything({ ...BASE, headers: { [name]: ['', value] } }));
    expect([error.code, error.field]).toEqual(['EMAILHEADER', `headers["${name}"]`]);
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('secret');
  });

  it('when a URL is too long for a line', async () => {
    const headers = { 'List-Help': `<https://a.example/${'x'.repeat(1000)}>` };
    const { composed } = PATHS[0] ?? {};
    const error = await messageErrorOf(() => composed?.({ ...BASE, headers }));
    expect([error.code, error.field]).toEqual(['EMAILHEADER', 'List-Help']);
  });
});
